"""SD202: an address uses a name for the user's machine that the container cannot resolve."""

from __future__ import annotations

from stigmer_doctor.analysis.addressing import Addressing
from stigmer_doctor.analysis.links import Link, Links
from stigmer_doctor.analysis.listening import on_loopback_only
from stigmer_doctor.model.changes import MapHost
from stigmer_doctor.model.facts import Container
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity
from stigmer_doctor.model.loopback import LOOPBACK
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import linking, wording


def check(
    container: Container,
    dialled_links: Links,
    addressing: Addressing,
    native_linux: bool,
    host_network_better: bool,
) -> Judgement:
    for alias in addressing.names.aliases:
        users = dialled_links.to(alias)
        if not users or users[0].resolves is not False:
            continue
        if container.own_network and host_network_better:
            advice = _to_host(addressing)
        else:
            advice = _advice(alias, users, addressing, _closed(users) if native_linux else "")
        yield _finding(alias, users, container, advice)


def _finding(alias: str, users: list[Link], container: Container, remediation: Remediation) -> Finding:
    resolution = users[0].resolution
    error = resolution.error if resolution and resolution.error else "no address"
    hosts = ", ".join(container.extra_hosts) or "none"
    endpoints = [link.endpoint for link in users]
    return Finding(
        subject=alias,
        message=f"{alias} does not resolve {users[0].vantage}, and "
        f"{wording.listed(endpoint.title for endpoint in endpoints)} "
        f"{'is' if len(users) == 1 else 'are'} dialled by that name",
        measured=f"{alias}: {error}; extra hosts: {hosts}; {'; '.join(map(wording.in_words, endpoints))}",
        expected=f"{alias} has an address in the container",
        remediation=remediation,
        evidence=(
            Evidence(source="container", locator=alias, value=error),
            Evidence(source="inspect", locator="HostConfig.ExtraHosts", value=hosts),
            *map(wording.in_force, endpoints),
        ),
        endpoints=tuple(endpoint.name for endpoint in endpoints),
    )


def _to_host(addressing: Addressing) -> Remediation:
    return Remediation(
        text="Run the container on the host's network and address this machine as localhost: a listener of the "
        "doctor's own on the loopback was reached from there, and not from a bridge network.",
        changes=addressing.to_host(),
    )


def _advice(alias: str, users: list[Link], addressing: Addressing, closed: str) -> Remediation:
    container, endpoints = addressing.container, [link.endpoint for link in users]
    inside = addressing.links.inside
    if container.host_network and any(inside.connects(LOOPBACK, endpoint.port) for endpoint in endpoints):
        return Remediation(
            text="The container is on the host network: localhost leads to this machine.",
            changes=tuple(change for endpoint in endpoints for change in addressing.move(endpoint, "localhost")),
        )
    if container.network_mode == "none":
        return Remediation(text=f"The container has no network: give it one, with {alias} mapped to host-gateway.")
    if not (container.host_network or container.own_network):
        return Remediation(
            text=f"The container uses the network of another one: map {alias} to host-gateway there, where the network "
            "is made."
        )
    return Remediation(
        text=f"Map {alias} to the engine's way to this machine, host-gateway.{closed}",
        changes=(MapHost(name=alias, target="host-gateway"),),
    )


def _closed(users: list[Link]) -> str:
    """Which services will still refuse: on a native engine the mapped name leads to a bridge address, and a service
    that listens on the loopback alone is not there. An engine in a VM forwards to the loopback by itself."""
    listening = ((link.endpoint, link.listening_on(link.endpoint.port)) for link in users)
    alone = [endpoint for endpoint, found in listening if on_loopback_only(listener.address for listener in found)]
    if not alone:
        return ""
    names = wording.listed(f"{endpoint.title} (port {endpoint.port})" for endpoint in alone)
    return (
        f" {names} listen{'s' if len(alone) == 1 else ''} on the loopback only and will refuse what comes that way: "
        "on this engine, host networking with localhost is the simpler way."
    )


RULE = Rule(
    code="SD202",
    severity=Severity.ERROR,
    check=check,
    not_in_pods="no name in a pod stands for this machine",
    causes=(*linking.UNRESOLVABLE, *linking.LOGGED, *linking.START_UP),
)
