"""SD204: a variable in the container points at the container's own loopback."""

from __future__ import annotations

from stigmer_doctor.analysis.addressing import Addressing
from stigmer_doctor.analysis.links import Link, Links
from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.facts import Container, Origin
from stigmer_doctor.model.findings import Finding, Remediation, Severity
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import linking, wording

_ITSELF = {False: "the container", True: "the pod"}


def check(container: Container, links: Links, addressing: Addressing) -> Judgement:
    # On the host's network the loopback is the engine's host's, which SD201 judges; another container's, and no network
    # at all, are SD207's.
    if not container.own_network:
        return
    for link in links.items:
        # What no variable moves is SD607's.
        if link.endpoint.loopback and link.endpoint.movable and not link.connects:
            yield _finding(link, addressing)


def _finding(link: Link, addressing: Addressing) -> Finding:
    endpoint = link.endpoint
    right, advice = _in_pod(link, addressing) if addressing.cluster.in_pod else _on_engine(link, addressing)
    dialled = wording.outcome(link)
    return Finding(
        subject=endpoint.variable,
        message=f"{endpoint.title} is dialled at {endpoint.address}, which is "
        f"{_ITSELF[addressing.cluster.in_pod]} itself",
        measured=wording.joined(wording.in_words(endpoint), dialled),
        expected=right,
        remediation=advice,
        evidence=(wording.in_force(endpoint),),
        endpoints=(endpoint.name,),
        # An assumed default that nobody dialled is no more than likely.
        severity=Severity.WARNING if endpoint.origin is Origin.ASSUMED and not dialled else None,
    )


def _on_engine(link: Link, addressing: Addressing) -> tuple[str, Remediation]:
    alias = addressing.names.alias
    changes = addressing.move(link.endpoint, alias, link.right_port)
    return host_port(alias, link.right_port), Remediation(text=f"Address this machine as {alias}.", changes=changes)


def _in_pod(link: Link, addressing: Addressing) -> tuple[str, Remediation]:
    endpoint, right = link.endpoint, addressing.usual(link.endpoint)
    if right is None:
        text = f"Set {endpoint.variable} to the name and the port of the Service of {endpoint.title}."
        return f"the address of {endpoint.title} in the cluster", Remediation(text=text)
    text = f"Address {endpoint.title} by the name of its Service, {right[0]}."
    return host_port(*right), Remediation(text=text, changes=addressing.move(endpoint, *right))


RULE = Rule(
    code="SD204",
    severity=Severity.ERROR,
    check=check,
    causes=(*linking.REFUSED, *linking.TIMED_OUT, "SD651", *linking.LOGGED, *linking.START_UP),
)
