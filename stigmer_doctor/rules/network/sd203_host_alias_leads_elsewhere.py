"""SD203: the name that should mean the user's machine leads to another one."""

from __future__ import annotations

from typing import NamedTuple

from stigmer_doctor.analysis.candidates import ENGINE_GATEWAY, GATEWAY, MAPPED
from stigmer_doctor.model.changes import AnyChange, MapHost
from stigmer_doctor.model.facts import (
    Answer,
    Answered,
    BackendAnswer,
    Comparison,
    Configuration,
    Container,
    Endpoint,
    Engine,
    EngineSearch,
    LlmAnswer,
    NotMeasured,
    Outcome,
    Reach,
    TemporalAnswer,
)
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.topology import BeaconOutcome, Network, Route, Topology
from stigmer_doctor.rules.advice import listed
from stigmer_doctor.rules.dialling import answering_here, in_force, user_dials
from stigmer_doctor.rules.network.routes import routes_of

_NOT_HERE = (BeaconOutcome.REFUSED, BeaconOutcome.OTHER)


class _Answers(NamedTuple):
    """What the services answered in the container, and what is known of them on this machine."""

    inside: dict[str, Answer | NotMeasured]
    comparison: Comparison | NotMeasured
    user_reach: Reach | NotMeasured


def check(
    container: Container,
    configuration: Configuration,
    container_reach: Reach,
    topology: Topology,
    search: EngineSearch,
    profile: Profile,
    *,
    engine: Engine | NotMeasured,
    comparison: Comparison | NotMeasured,
    user_reach: Reach | NotMeasured,
    backend: BackendAnswer | NotMeasured,
    temporal: TemporalAnswer | NotMeasured,
    llm: LlmAnswer | NotMeasured,
) -> Judgement:
    if not search.local:
        yield Skip(reason="the engine is on another machine, whose name for its host leads there")
        return
    answers = _Answers({"backend": backend, "temporal": temporal, "llm": llm}, comparison, user_reach)
    for alias in profile.host_aliases:
        users = [endpoint for endpoint in configuration.endpoints if endpoint.host == alias and not endpoint.problem]
        routes = routes_of(users[0], container_reach, topology) if users else ()
        if not routes or any(route.outcome not in _NOT_HERE for route in routes):
            continue
        if any(route.listener == route.address for route in routes):
            continue  # the address is this machine's own: what refuses there is its firewall, or nothing listens
        outcomes = {user.name: container_reach.verdict(user.host, user.port) for user in users}
        accepting = [user for user in users if outcomes[user.name] is Outcome.CONNECTED]
        if accepting:
            yield from _judge(alias, users, accepting, routes, answers, container, topology, engine)
        elif set(outcomes.values()) == {Outcome.REFUSED} and any(answering_here(user, user_reach) for user in users):
            yield _finding(
                alias, users, _nothing(alias, users, routes, user_reach), routes, container, topology, engine
            )


def _judge(
    alias: str,
    users: list[Endpoint],
    accepting: list[Endpoint],
    routes: tuple[Route, ...],
    answers: _Answers,
    container: Container,
    topology: Topology,
    engine: Engine | NotMeasured,
) -> Judgement:
    """Whether what answers there is what answers here: a machine that forwards the ports is none of this rule's."""
    same = {route.name: _same(route, answers) for route in accepting}
    strange = [route for route in accepting if same[route.name] is False]
    if strange:
        said = (
            f"{alias} leads to another machine ({routes[0].address}), which answers in place of this one: "
            f"{listed(route.title for route in strange)}"
        )
        yield _finding(alias, users, said, routes, container, topology, engine)
    elif True not in same.values():
        yield Skip(
            reason=f"{alias} does not lead to this machine itself, and whether what answers there is what answers here "
            "could not be told: a machine between may forward the ports"
        )


def _same(endpoint: Endpoint, answers: _Answers) -> bool | None:
    """Whether the service that answers in the container is the one of this machine; None where nothing tells."""
    inside = answers.inside.get(endpoint.name)
    if user_dials(endpoint, answers.user_reach) and not answering_here(endpoint, answers.user_reach):
        return False  # nothing serves it here, so somebody else does
    comparison = answers.comparison
    here = None if isinstance(comparison, NotMeasured) else comparison.here(endpoint.name)
    if here is None or here.answered is not Answered.YES or inside is None or isinstance(inside, NotMeasured):
        return None
    if inside.answered is not Answered.YES:
        return False
    match inside, here:
        case TemporalAnswer(), TemporalAnswer():
            return _equal(inside.cluster_id, here.cluster_id)
        case LlmAnswer(), LlmAnswer():
            return _equal(inside.fingerprint, here.fingerprint)
        case BackendAnswer(), BackendAnswer():
            return False if here.has_service and inside.has_service is False else None
    return None


def _equal(one: str, other: str) -> bool | None:
    return one == other if one or other else None


def _nothing(alias: str, users: list[Endpoint], routes: tuple[Route, ...], user_reach: Reach | NotMeasured) -> str:
    running = listed(user.title for user in users if answering_here(user, user_reach))
    return (
        f"{alias} leads to another machine ({routes[0].address}), on which nothing answers; {running} run on this one"
    )


def _finding(
    alias: str,
    users: list[Endpoint],
    message: str,
    routes: tuple[Route, ...],
    container: Container,
    topology: Topology,
    engine: Engine | NotMeasured,
) -> Finding:
    address = routes[0].address
    mapped = [host for host in container.extra_hosts if host.partition(":")[0] == alias]
    said = listed(f"{route.listener} {route.outcome}" for route in routes)
    return Finding(
        subject=alias,
        message=message,
        measured=f"{alias} is {address} in the container; listeners of the doctor's own, dialled there: {said}",
        expected=f"a listener of this machine is reached at {alias}",
        remediation=_advice(alias, address, mapped, topology, engine),
        evidence=(
            Evidence(source="inspect", locator="HostConfig.ExtraHosts", value=", ".join(mapped) or "none"),
            *map(in_force, users),
        ),
        endpoints=tuple(user.name for user in users),
    )


def _advice(
    alias: str, address: str, mapped: list[str], topology: Topology, engine: Engine | NotMeasured
) -> Remediation:
    target = _target(topology, address)
    if not target:
        colima = not isinstance(engine, NotMeasured) and engine.name.lower().startswith("colima")
        whose = " (the address is Colima's VM; Lima's name for this machine is host.lima.internal)" if colima else ""
        return Remediation(
            text=f"No address by which a container reaches this machine was found{whose}. Repair the engine's way "
            f"to its host (restart or update it), or map {alias} to this machine's address."
        )
    instead = f" instead of {mapped[0].partition(':')[2]}." if mapped else ", or correct the name server."
    changes: tuple[AnyChange, ...] = (MapHost(name=alias, target=target),)
    return Remediation(text=f"Map {alias} to {target}{instead}", changes=changes)


def _target(topology: Topology, address: str) -> str:
    """What the name has to be mapped to: host-gateway, unless it was seen to lead nowhere; then a gateway that leads to
    this machine. "" where none is known."""
    routes = topology.routes_from(Network.BRIDGE, MAPPED)
    if any(route.outcome is BeaconOutcome.REACHED for route in routes) or not routes:
        return MAPPED
    others = (route for name in (GATEWAY, ENGINE_GATEWAY) for route in topology.routes_from(Network.BRIDGE, name))
    return next(
        (other.address for other in others if other.outcome is BeaconOutcome.REACHED and other.address != address), ""
    )


RULE = Rule(
    code="SD203",
    severity=Severity.ERROR,
    check=check,
    causes=("SD211", "SD4", "SD5", "SD6", "SD7"),
)
