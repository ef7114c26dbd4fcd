"""SD204: a variable in the container points at the container's own loopback."""

from __future__ import annotations

from stigmer_doctor.analysis.addressing import Addressing
from stigmer_doctor.analysis.links import Link, Links
from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.facts import Container, Origin
from stigmer_doctor.model.findings import Finding, Remediation, Severity
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import linking, wording


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
    endpoint, alias = link.endpoint, addressing.names.alias
    dialled = wording.outcome(link)
    return Finding(
        subject=endpoint.variable,
        message=f"{endpoint.title} is dialled at {endpoint.address}, which is the container itself",
        measured=wording.joined(wording.in_words(endpoint), dialled),
        expected=host_port(alias, link.right_port),
        remediation=Remediation(
            text=f"Address this machine as {alias}.",
            changes=addressing.move(endpoint, alias, link.right_port),
        ),
        evidence=(wording.in_force(endpoint),),
        endpoints=(endpoint.name,),
        # An assumed default that nobody dialled is no more than likely.
        severity=Severity.WARNING if endpoint.origin is Origin.ASSUMED and not dialled else None,
    )


RULE = Rule(
    code="SD204",
    severity=Severity.ERROR,
    check=check,
    causes=(*linking.REFUSED, *linking.TIMED_OUT, "SD651", *linking.LOGGED, *linking.START_UP),
)
