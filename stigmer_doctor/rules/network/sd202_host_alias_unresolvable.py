"""SD202: an address uses a name for the user's machine that the container cannot resolve."""

from __future__ import annotations

from stigmer_doctor.analysis.addresses import value
from stigmer_doctor.analysis.listening import on_loopback_only
from stigmer_doctor.model.changes import AnyChange, MapHost, SetVariable
from stigmer_doctor.model.facts import Configuration, Container, Endpoint, Engine, Listeners, NotMeasured, Reach
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity
from stigmer_doctor.model.loopback import LOOPBACK
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.topology import Topology
from stigmer_doctor.rules.advice import in_words, listed
from stigmer_doctor.rules.dialling import in_force, native_linux, where
from stigmer_doctor.rules.endpoints import (
    LOGGED,
    START_UP,
    UNRESOLVABLE,
    Ground,
    own_network,
    prefers_host,
    to_host,
    unmapped,
)


def check(
    container: Container,
    configuration: Configuration,
    container_reach: Reach,
    profile: Profile,
    *,
    engine: Engine | NotMeasured,
    listeners: Listeners | NotMeasured,
    topology: Topology | NotMeasured,
) -> Judgement:
    ground = Ground(container, container_reach, NotMeasured(reason="not needed"), profile)
    better = own_network(container) and prefers_host(ground, topology, listeners)
    for alias in profile.host_aliases:
        users = [endpoint for endpoint in configuration.endpoints if endpoint.host == alias]
        if users and unmapped(alias, container_reach):
            advice = (
                _to_host(configuration, ground)
                if better
                else _advice(alias, users, container, container_reach, _closed(users, engine, listeners))
            )
            yield _finding(alias, users, container, container_reach, advice)


def _finding(
    alias: str, users: list[Endpoint], container: Container, reach: Reach, remediation: Remediation
) -> Finding:
    resolution = reach.resolution(alias)
    error = resolution.error if resolution and resolution.error else "no address"
    hosts = ", ".join(container.extra_hosts) or "none"
    return Finding(
        subject=alias,
        message=f"{alias} does not resolve {where(reach)}, and {listed(user.title for user in users)} "
        f"{'is' if len(users) == 1 else 'are'} dialled by that name",
        measured=f"{alias}: {error}; extra hosts: {hosts}; {'; '.join(map(in_words, users))}",
        expected=f"{alias} has an address in the container",
        remediation=remediation,
        evidence=(
            Evidence(source="container", locator=alias, value=error),
            Evidence(source="inspect", locator="HostConfig.ExtraHosts", value=hosts),
            *map(in_force, users),
        ),
        endpoints=tuple(user.name for user in users),
    )


def _to_host(configuration: Configuration, ground: Ground) -> Remediation:
    return Remediation(
        text="Run the container on the host's network and address this machine as localhost: a listener of the "
        "doctor's own on the loopback was reached from there, and not from a bridge network.",
        changes=to_host(configuration, ground),
    )


def _advice(alias: str, users: list[Endpoint], container: Container, reach: Reach, closed: str) -> Remediation:
    if container.host_network and any(reach.connects(LOOPBACK, user.port) for user in users):
        return Remediation(
            text="The container is on the host network: localhost leads to this machine.",
            changes=tuple(SetVariable(name=user.variable, value=value(user, "localhost")) for user in users),
        )
    if not (container.host_network or own_network(container)):
        return Remediation(
            text=f"The container uses the network of another one: map {alias} to host-gateway there, where the network "
            "is made."
        )
    changes: tuple[AnyChange, ...] = (MapHost(name=alias, target="host-gateway"),)
    return Remediation(text=f"Map {alias} to the engine's way to this machine, host-gateway.{closed}", changes=changes)


def _closed(users: list[Endpoint], engine: Engine | NotMeasured, listeners: Listeners | NotMeasured) -> str:
    """Which services will still refuse: on a native engine the mapped name leads to a bridge address, and a service
    that listens on the loopback alone is not there. An engine in a VM forwards to the loopback by itself."""
    if isinstance(listeners, NotMeasured) or not native_linux(engine):
        return ""
    alone = [user for user in users if on_loopback_only(listener.address for listener in listeners.on(user.port))]
    if not alone:
        return ""
    names = listed(f"{endpoint.title} (port {endpoint.port})" for endpoint in alone)
    return (
        f" {names} listen{'s' if len(alone) == 1 else ''} on the loopback only and will refuse what comes that way: "
        "on this engine, host networking with localhost is the simpler way."
    )


RULE = Rule(
    code="SD202",
    severity=Severity.ERROR,
    check=check,
    causes=(*UNRESOLVABLE, *LOGGED, *START_UP),
)
