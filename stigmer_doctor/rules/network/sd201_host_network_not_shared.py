"""SD201: the container runs on the engine's host network, and that is not the network of the user's machine."""

from __future__ import annotations

from stigmer_doctor.analysis.addressing import Addressing
from stigmer_doctor.analysis.links import Link
from stigmer_doctor.analysis.loopbacks import Loopbacks
from stigmer_doctor.model.facts import NotMeasured, Place
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.loopback import LOOPBACK
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.topology import Topology
from stigmer_doctor.rules import linking, wording


def check(
    addressing: Addressing,
    place: Place,
    *,
    loopbacks: Loopbacks | NotMeasured,
    topology: Topology | NotMeasured,
) -> Judgement:
    if not addressing.container.host_network:
        return
    if not place.here:
        yield Skip(reason="the engine is on another machine, so its host network is that machine's")
    elif isinstance(loopbacks, NotMeasured):
        yield Skip(reason=loopbacks.reason)
    else:
        yield from _judge(addressing, loopbacks, None if isinstance(topology, NotMeasured) else topology)


def _judge(addressing: Addressing, compared: Loopbacks, topology: Topology | None) -> Judgement:
    broken = [link for link in addressing.links.items if _broken(link, addressing)]
    shared = topology.shares_loopback() if topology else None
    if topology and shared is False and broken:
        yield _finding(broken, addressing, compared, topology)
    if shared is not None:
        return
    if not compared.answering:
        yield Skip(reason="no service answers on this machine, so there is nothing to compare")
    elif compared.shared is None:
        yield Skip(reason=f"{LOOPBACK} was not dialled on both sides, or gave no clear answer")
    elif not compared.shared and broken:
        yield _finding(broken, addressing, compared)


def _broken(link: Link, addressing: Addressing) -> bool:
    """Whether only a shared host network, or none at all, would reach it."""
    lost_name = link.endpoint.host in addressing.names.aliases and link.resolves is False
    return (link.endpoint.loopback or lost_name) and not link.connects


def _finding(
    broken: list[Link], addressing: Addressing, compared: Loopbacks, topology: Topology | None = None
) -> Finding:
    alias, mode = addressing.names.alias, addressing.container.network_mode
    beacon = _beacon(addressing, topology) if topology else ""
    return Finding(
        subject="network mode host",
        message="the engine's host network is not this machine's: localhost in the container is another loopback, as "
        "where Docker runs in a VM",
        measured=wording.joined(beacon, *_told(addressing, compared)),
        expected=f"what answers at {LOOPBACK} here answers at {LOOPBACK} in the container",
        remediation=Remediation(
            text=f"Run the container on a bridge network and address this machine as {alias}. Where the engine can "
            "share this machine's network (Docker Desktop: Settings, Resources, Network, Enable host networking), "
            "enabling that fixes it too.",
            changes=addressing.to_bridge(topology),
        ),
        evidence=(
            Evidence(source="inspect", locator="HostConfig.NetworkMode", value=mode),
            *_evidence(addressing, compared),
        ),
        endpoints=tuple(link.endpoint.name for link in broken),
    )


def _beacon(addressing: Addressing, topology: Topology) -> str:
    heard = topology.own_loopback()
    if heard is None:
        return ""
    where = addressing.links.vantage
    return f"a listener of the doctor's own at {LOOPBACK} of this machine, {where}: {heard.outcome}"


def _told(addressing: Addressing, compared: Loopbacks) -> list[str]:
    """What each port of the loopback answered on both sides."""
    links = addressing.links
    dials = [(links.inside.to(LOOPBACK, port), links.here.to(LOOPBACK, port)) for port in compared.different]
    return [
        f"{links.vantage} {wording.dial_list(theirs)}, from this machine {wording.dial_list(ours)}"
        for theirs, ours in dials
    ]


def _evidence(addressing: Addressing, compared: Loopbacks) -> list[Evidence]:
    sides = {"container": addressing.links.inside, "user-machine": addressing.links.here}
    return [
        Evidence(source=source, locator=f"{LOOPBACK}:{port}", value=wording.dial_list((dial,)))
        for port in compared.different
        for source, side in sides.items()
        for dial in side.to(LOOPBACK, port)
    ]


RULE = Rule(
    code="SD201",
    severity=Severity.ERROR,
    check=check,
    not_in_pods="a node's network is not meant to be this machine's",
    causes=("SD202", *linking.CONNECTION, *linking.LOGGED, *linking.START_UP),
)
