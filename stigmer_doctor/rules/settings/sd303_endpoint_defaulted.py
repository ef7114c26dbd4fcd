"""SD303: nothing sets an address, and the default of the image does not answer."""

from __future__ import annotations

from stigmer_doctor.analysis.addresses import value
from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.changes import SetVariable
from stigmer_doctor.model.facts import Configuration, Container, Endpoint, NotMeasured, Origin, Reach
from stigmer_doctor.model.findings import Finding, Remediation, Severity, Skip
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.advice import in_words, outcome
from stigmer_doctor.rules.dialling import in_force
from stigmer_doctor.rules.endpoints import (
    CONNECTION,
    LOGGED,
    START_UP,
    Ground,
    connects,
    host_word,
    map_host,
    own_network,
)


def check(
    container: Container,
    configuration: Configuration,
    profile: Profile,
    *,
    container_reach: Reach | NotMeasured,
    user_reach: Reach | NotMeasured,
) -> Judgement:
    ground = Ground(container, container_reach, user_reach, profile)
    for endpoint in configuration.endpoints:
        if endpoint.defaulted and not endpoint.problem and not _meant(endpoint, container):
            yield from _judge(endpoint, ground)


def _meant(endpoint: Endpoint, container: Container) -> bool:
    """Whether the default is what host networking needs; then it is not the default that is wrong."""
    return container.host_network and endpoint.loopback and endpoint.port == endpoint.standard_port


def _judge(endpoint: Endpoint, ground: Ground) -> Judgement:
    connected = connects(endpoint, ground.container_reach)
    if connected is False:
        yield _finding(endpoint, ground)
    elif connected is None:
        reach = ground.container_reach
        why = reach.reason if isinstance(reach, NotMeasured) else f"{endpoint.address} was not dialled"
        yield Skip(reason=why)


def _finding(endpoint: Endpoint, ground: Ground) -> Finding:
    assumed = endpoint.origin is Origin.ASSUMED
    host = host_word(ground)
    whose = "the default, assumed to be" if assumed else "the image's default"
    return Finding(
        subject=endpoint.variable,
        message=f"nothing sets {endpoint.variable}: {whose} {endpoint.raw} is in force, and nothing answers there",
        measured="; ".join(filter(None, (in_words(endpoint), outcome(endpoint, ground.container_reach)))),
        expected=host_port(host, endpoint.standard_port),
        remediation=Remediation(
            text=f"Set {endpoint.variable} to where {endpoint.title} listens.",
            changes=(
                SetVariable(name=endpoint.variable, value=value(endpoint, host)),
                *(map_host(host, ground) if own_network(ground.container) else ()),
            ),
        ),
        evidence=(in_force(endpoint),),
        endpoints=(endpoint.name,),
        severity=Severity.WARNING if assumed else None,
    )


RULE = Rule(
    code="SD303",
    severity=Severity.ERROR,
    check=check,
    causes=("SD204", *CONNECTION, *LOGGED, *START_UP),
)
