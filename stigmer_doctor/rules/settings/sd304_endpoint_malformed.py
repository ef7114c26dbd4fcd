"""SD304: the value of an address cannot be dialled as it stands."""

from __future__ import annotations

from stigmer_doctor.analysis.addresses import parse, value
from stigmer_doctor.model.changes import AnyChange, SetVariable
from stigmer_doctor.model.facts import Configuration, Container, Contract, Endpoint, NotMeasured, Reach
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.endpoints import (
    CONNECTION,
    LOGGED,
    START_UP,
    Ground,
    host_word,
    leading_host,
    map_host,
    own_network,
)


def check(
    container: Container,
    configuration: Configuration,
    profile: Profile,
    *,
    contract: Contract | NotMeasured,
    container_reach: Reach | NotMeasured,
    user_reach: Reach | NotMeasured,
) -> Judgement:
    ground = Ground(container, container_reach, user_reach, profile)
    for endpoint in configuration.endpoints:
        if not endpoint.problem:
            continue
        if endpoint.defaulted and not endpoint.raw and not _required(endpoint, contract):
            yield Skip(reason=f"{endpoint.variable}: {endpoint.problem}")
        else:
            yield _finding(endpoint, ground)


def _required(endpoint: Endpoint, contract: Contract | NotMeasured) -> bool:
    return not isinstance(contract, NotMeasured) and any(read.required for read in contract.of(endpoint.variable))


def _finding(endpoint: Endpoint, ground: Ground) -> Finding:
    unset = endpoint.defaulted and not endpoint.raw
    right = _right_value(endpoint, ground)
    return Finding(
        subject=endpoint.variable,
        message=f"{endpoint.variable} is required, and nothing sets it"
        if unset
        else f"{endpoint.variable} holds no usable address: {endpoint.problem}",
        measured=f"{endpoint.variable} unset" if unset else f'{endpoint.variable}="{endpoint.raw}"',
        expected=right,
        remediation=Remediation(
            text=f"Give {endpoint.variable} the address of {endpoint.title}, {right} unless it listens elsewhere.",
            changes=_changes(endpoint, right, ground),
        ),
        evidence=(Evidence(source="inspect", locator=endpoint.variable, value=endpoint.raw or "unset or empty"),),
        endpoints=(endpoint.name,),
    )


def _right_value(endpoint: Endpoint, ground: Ground) -> str:
    """The host of the value where it names one, with the service's usual port where it names none."""
    parsed = parse(endpoint.raw, endpoint.standard_port)
    if parsed is None or "://" in parsed[0]:
        return value(endpoint, host_word(ground), endpoint.standard_port)
    return value(endpoint, leading_host(parsed[0], ground), parsed[1])


def _changes(endpoint: Endpoint, right: str, ground: Ground) -> tuple[AnyChange, ...]:
    parsed = parse(right, 0)
    mapped = map_host(parsed[0], ground) if parsed and own_network(ground.container) else ()
    return (SetVariable(name=endpoint.variable, value=right), *mapped)


RULE = Rule(
    code="SD304",
    severity=Severity.ERROR,
    check=check,
    causes=(*CONNECTION, *LOGGED, *START_UP),
)
