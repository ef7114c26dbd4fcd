"""SD303: nothing sets an address, and the default of the image does not answer."""

from __future__ import annotations

from stigmer_doctor.analysis.addressing import Addressing
from stigmer_doctor.analysis.links import Link, Links
from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.facts import Container, Endpoint, NotMeasured, Origin
from stigmer_doctor.model.findings import Finding, Remediation, Severity, Skip
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import linking, wording


def check(container: Container, links: Links, addressing: Addressing) -> Judgement:
    for link in links.with_address:
        if link.endpoint.defaulted and not _meant(link.endpoint, container):
            yield from _judge(link, addressing)


def _meant(endpoint: Endpoint, container: Container) -> bool:
    """Whether the default is what host networking needs; then it is not the default that is wrong."""
    return container.host_network and endpoint.loopback and endpoint.port == endpoint.standard_port


def _judge(link: Link, addressing: Addressing) -> Judgement:
    if link.connects is False:
        yield _finding(link, addressing)
    elif link.connects is None:
        reach = link.container_reach
        why = reach.reason if isinstance(reach, NotMeasured) else f"{link.endpoint.address} was not dialled"
        yield Skip(reason=why)


def _finding(link: Link, addressing: Addressing) -> Finding:
    endpoint, usual = link.endpoint, addressing.usual(link.endpoint)
    assumed = endpoint.origin is Origin.ASSUMED
    whose = "the default, assumed to be" if assumed else "the image's default"
    said = f"nothing sets {endpoint.variable}: {whose}"
    if endpoint.in_file:
        said = f"the container does not set {endpoint.variable}, and {endpoint.locator} does:"
    return Finding(
        subject=endpoint.variable,
        message=f"{said} {endpoint.raw} is in force, and nothing answers there",
        measured=wording.joined(wording.in_words(endpoint), wording.outcome(link)),
        expected=host_port(*usual) if usual else f"{endpoint.variable} set",
        remediation=Remediation(
            text=f"Set {endpoint.variable} to where {endpoint.title} listens.",
            changes=addressing.move(endpoint, *usual) if usual else (),
        ),
        evidence=(wording.in_force(endpoint),),
        endpoints=(endpoint.name,),
        severity=Severity.WARNING if assumed else None,
    )


RULE = Rule(
    code="SD303",
    severity=Severity.ERROR,
    check=check,
    causes=("SD204", *linking.CONNECTION, *linking.LOGGED, *linking.START_UP),
)
