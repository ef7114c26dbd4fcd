"""SD203: the name that should mean the user's machine leads to another one, which answers on the same port."""

from __future__ import annotations

from stigmer_doctor.model.changes import MapHost
from stigmer_doctor.model.facts import (
    Configuration,
    Container,
    Endpoint,
    EngineSearch,
    Listeners,
    NotMeasured,
    Outcome,
    Reach,
)
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.topology import Heard, Topology, Way
from stigmer_doctor.rules.advice import listed
from stigmer_doctor.rules.services import in_force
from stigmer_doctor.rules.ways import everywhere, listening, ways_of

_NOT_HERE = (Heard.REFUSED, Heard.OTHER)


def check(
    container: Container,
    configuration: Configuration,
    container_reach: Reach,
    topology: Topology,
    search: EngineSearch,
    profile: Profile,
    *,
    listeners: Listeners | NotMeasured,
) -> Judgement:
    if not search.local:
        yield Skip(reason="the engine is on another machine, whose name for its host leads there")
        return
    for alias in profile.host_aliases:
        users = [each for each in configuration.endpoints if each.host == alias and not each.problem]
        strange = [each for each in users if _answers(each, container_reach)]
        if not strange:
            continue
        ways = ways_of(strange[0], container_reach, topology)
        if not ways or any(each.heard not in _NOT_HERE for each in ways):
            continue
        # A way that leads to this machine and not to its loopback would still reach what listens on all addresses.
        if all(everywhere(listening(each, listeners)) for each in strange):
            yield Skip(reason=f"{alias} does not lead to this machine's loopback, and more than that was not measured")
        else:
            yield _finding(alias, users, strange, ways, container)


def _answers(endpoint: Endpoint, reach: Reach) -> bool:
    return reach.verdict(endpoint.host, endpoint.port) is Outcome.CONNECTED


def _finding(
    alias: str, users: list[Endpoint], strange: list[Endpoint], ways: tuple[Way, ...], container: Container
) -> Finding:
    address = ways[0].address
    mapped = [each for each in container.extra_hosts if each.partition(":")[0] == alias]
    said = listed(f"{each.listener} {each.heard}" for each in ways)
    return Finding(
        subject=alias,
        message=f"{alias} leads to another machine ({address}), which answers in place of this one: "
        f"{listed(each.title for each in strange)}",
        measured=f"{alias} is {address} in the container; listeners of the doctor's own, dialled there: {said}",
        expected=f"a listener of this machine is reached at {alias}",
        remediation=Remediation(
            text=f"Map {alias} to host-gateway"
            + (f" instead of {mapped[0].partition(':')[2]}." if mapped else ", or correct the name server."),
            changes=(MapHost(name=alias, target="host-gateway"),),
        ),
        evidence=(
            Evidence(source="inspect", locator="HostConfig.ExtraHosts", value=", ".join(mapped) or "none"),
            *map(in_force, users),
        ),
        endpoints=tuple(each.name for each in users),
    )


RULE = Rule(
    code="SD203",
    severity=Severity.ERROR,
    check=check,
    causes=("SD4", "SD5", "SD6", "SD7"),
)
