"""SD204: a variable in the container points at the container's own loopback."""

from __future__ import annotations

from stigmer_doctor.analysis.addresses import value
from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.changes import SetVariable
from stigmer_doctor.model.facts import Configuration, Container, Endpoint, NotMeasured, Origin, Reach
from stigmer_doctor.model.findings import Finding, Remediation, Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.advice import in_words, outcome
from stigmer_doctor.rules.dialling import in_force
from stigmer_doctor.rules.endpoints import (
    LOGGED,
    REFUSED,
    START_UP,
    TIMED_OUT,
    Ground,
    connects,
    map_host,
    own_network,
    right_port,
)


def check(
    container: Container,
    configuration: Configuration,
    profile: Profile,
    *,
    container_reach: Reach | NotMeasured,
    user_reach: Reach | NotMeasured,
) -> Judgement:
    # On the host's network the loopback is the engine's host's, which SD201 judges; another container's, and no network
    # at all, are SD207's.
    if not own_network(container):
        return
    ground = Ground(container, container_reach, user_reach, profile)
    for endpoint in configuration.endpoints:
        # What no variable moves is SD607's.
        if endpoint.loopback and endpoint.movable and not connects(endpoint, container_reach):
            yield _finding(endpoint, ground)


def _finding(endpoint: Endpoint, ground: Ground) -> Finding:
    alias = ground.profile.host_aliases[0]
    dialled = outcome(endpoint, ground.container_reach)
    port = right_port(endpoint, ground.user_reach)
    return Finding(
        subject=endpoint.variable,
        message=f"{endpoint.title} is dialled at {endpoint.address}, which is the container itself",
        measured="; ".join(filter(None, (in_words(endpoint), dialled))),
        expected=host_port(alias, port),
        remediation=Remediation(
            text=f"Address this machine as {alias}.",
            changes=(
                SetVariable(name=endpoint.variable, value=value(endpoint, alias, port)),
                *map_host(alias, ground),
            ),
        ),
        evidence=(in_force(endpoint),),
        endpoints=(endpoint.name,),
        # An assumed default that nobody dialled is no more than likely.
        severity=Severity.WARNING if endpoint.origin is Origin.ASSUMED and not dialled else None,
    )


RULE = Rule(
    code="SD204",
    severity=Severity.ERROR,
    check=check,
    causes=(*REFUSED, *TIMED_OUT, "SD651", *LOGGED, *START_UP),
)
