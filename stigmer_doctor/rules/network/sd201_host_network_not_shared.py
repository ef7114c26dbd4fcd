"""SD201: the container runs on the engine's host network, and that is not the network of the user's machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stigmer_doctor.analysis.loopbacks import answering_ports, loopbacks
from stigmer_doctor.model.facts import Configuration, Container, Dial, Endpoint, EngineSearch, NotMeasured, Reach
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.loopback import LOOPBACK
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.topology import Network, Topology
from stigmer_doctor.rules.dialling import dial_list, where
from stigmer_doctor.rules.endpoints import (
    CONNECTION,
    LOGGED,
    START_UP,
    Ground,
    connects,
    to_bridge,
)

Dials = tuple[tuple[Dial, ...], tuple[Dial, ...]]
"""What dialling a port gave in the container, and on this machine."""


def check(
    container: Container,
    configuration: Configuration,
    search: EngineSearch,
    profile: Profile,
    *,
    container_reach: Reach | NotMeasured,
    user_reach: Reach | NotMeasured,
    topology: Topology | NotMeasured,
) -> Judgement:
    if not container.host_network:
        return
    if not search.local:
        yield Skip(reason="the engine is on another machine, so its host network is that machine's")
        return
    for reach in (container_reach, user_reach):
        if isinstance(reach, NotMeasured):
            yield Skip(reason=reach.reason)
            return
    ground = Ground(container, container_reach, user_reach, profile)
    yield from _judge(configuration, ground, None if isinstance(topology, NotMeasured) else topology)


def _judge(configuration: Configuration, ground: Ground, topology: Topology | None) -> Judgement:
    inside, here = ground.container_reach, ground.user_reach
    if isinstance(inside, NotMeasured) or isinstance(here, NotMeasured):
        return
    broken = tuple(_broken(configuration, inside, ground.profile))
    compared = loopbacks(inside, here)
    dials = [(inside.to(LOOPBACK, port), here.to(LOOPBACK, port)) for port in compared.different]
    shared = topology.shares_loopback() if topology else None
    if topology and shared is False and broken:
        yield _finding(
            configuration, broken, ground, [_beacon(topology, inside), *_told(inside, dials)], dials, topology
        )
    if shared is not None:
        return
    if not answering_ports(here):
        yield Skip(reason="no service answers on this machine, so there is nothing to compare")
    elif compared.shared is None:
        yield Skip(reason=f"{LOOPBACK} was not dialled on both sides, or gave no clear answer")
    elif not compared.shared and broken:
        yield _finding(configuration, broken, ground, _told(inside, dials), dials, None)


def _broken(configuration: Configuration, reach: Reach, profile: Profile) -> Iterator[Endpoint]:
    """The endpoints that only a shared host network, or none at all, would reach."""
    for endpoint in configuration.endpoints:
        lost_name = endpoint.host in profile.host_aliases and reach.resolves(endpoint.host) is False
        if (endpoint.loopback or lost_name) and not connects(endpoint, reach):
            yield endpoint


def _finding(
    configuration: Configuration,
    broken: tuple[Endpoint, ...],
    ground: Ground,
    measured: Iterable[str],
    dials: Iterable[Dials],
    topology: Topology | None,
) -> Finding:
    alias = ground.profile.host_aliases[0]
    return Finding(
        subject="network mode host",
        message="the engine's host network is not this machine's: localhost in the container is another loopback, as "
        "where Docker runs in a VM",
        measured="; ".join(measured),
        expected=f"what answers at {LOOPBACK} here answers at {LOOPBACK} in the container",
        remediation=Remediation(
            text=f"Run the container on a bridge network and address this machine as {alias}. Where the engine can "
            "share this machine's network (Docker Desktop: Settings, Resources, Network, Enable host networking), "
            "enabling that repairs it too.",
            changes=to_bridge(configuration, ground, topology),
        ),
        evidence=(
            Evidence(source="inspect", locator="HostConfig.NetworkMode", value=ground.container.network_mode),
            *_evidence(dials),
        ),
        endpoints=tuple(endpoint.name for endpoint in broken),
    )


def _told(inside: Reach, dials: Iterable[Dials]) -> Iterator[str]:
    """What each port of the loopback answered on both sides."""
    for theirs, ours in dials:
        yield f"{where(inside)} {dial_list(theirs)}, from this machine {dial_list(ours)}"


def _evidence(dials: Iterable[Dials]) -> Iterator[Evidence]:
    for theirs, ours in dials:
        for source, side in (("container", theirs), ("user-machine", ours)):
            for port in side:
                yield Evidence(source=source, locator=f"{LOOPBACK}:{port.port}", value=dial_list((port,)))


def _beacon(topology: Topology, inside: Reach) -> str:
    heard = next(
        entry.outcome for entry in topology.routes_from(Network.OWN, "localhost") if entry.listener == LOOPBACK
    )
    return f"a listener of the doctor's own at {LOOPBACK} of this machine, {where(inside)}: {heard}"


RULE = Rule(
    code="SD201",
    severity=Severity.ERROR,
    check=check,
    causes=("SD202", *CONNECTION, *LOGGED, *START_UP),
)
