"""SD206: a firewall on this machine drops what the container sends to it."""

from __future__ import annotations

from stigmer_doctor.model.facts import (
    Configuration,
    Container,
    Endpoint,
    Engine,
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
from stigmer_doctor.rules.answers import meant_for_this_machine
from stigmer_doctor.rules.endpoints import (
    LOGGED,
    START_UP,
    TIMED_OUT,
    Ground,
    own_network,
    prefers_host,
    to_host,
)
from stigmer_doctor.rules.services import answering_here, at, dial_list, in_force, native_linux, where
from stigmer_doctor.rules.ways import listening, ways_of


def check(
    container: Container,
    configuration: Configuration,
    container_reach: Reach,
    topology: Topology,
    search: EngineSearch,
    profile: Profile,
    *,
    user_reach: Reach | NotMeasured,
    listeners: Listeners | NotMeasured,
    engine: Engine | NotMeasured,
) -> Judgement:
    if not search.local:
        yield Skip(reason="the engine is on another machine, and so is its firewall")
        return
    if not own_network(container):
        return
    ground = Ground(container, container_reach, user_reach, profile)
    host = to_host(configuration, ground) if prefers_host(ground, topology, listeners) else ()
    for each in configuration.endpoints:
        if not _dropped(each, ground) or not meant_for_this_machine(each, container, profile):
            continue
        ways = ways_of(each, container_reach, topology)
        if not any(way.listener == way.address for way in ways) and not _reached(ways):
            continue  # the address is no address of this machine: what drops there is not this machine's firewall
        if answering_here(each, user_reach) or listening(each, listeners):
            yield _finding(each, ways, ground, Remediation(text=_text(each, bool(host)), changes=host), engine)


def _dropped(endpoint: Endpoint, ground: Ground) -> bool:
    reach = ground.container_reach
    return not isinstance(reach, NotMeasured) and reach.verdict(endpoint.host, endpoint.port) is Outcome.TIMED_OUT


def _reached(ways: tuple[Way, ...]) -> bool:
    return any(each.heard is Heard.REACHED for each in ways)


def _text(endpoint: Endpoint, host: bool) -> str:
    rule = f"Let TCP port {endpoint.port} in from the container's network"
    if host:
        return f"Run the container on the host's network, past the firewall; or: {rule}."
    return f"{rule}; the listing shows which rule drops it."


def _finding(
    endpoint: Endpoint, ways: tuple[Way, ...], ground: Ground, advice: Remediation, engine: Engine | NotMeasured
) -> Finding:
    reach = ground.container_reach
    assert not isinstance(reach, NotMeasured)  # noqa: S101 - it was dropped there
    address = ways[0].address
    only = _reached(ways)
    scope = f"what containers send to port {endpoint.port}" if only else "everything that containers send to it"
    beacon = "was reached at another port" if only else "was not reached either: dropped"
    commands = () if advice.changes else _listing(engine)
    return Finding(
        subject=at(address, endpoint.port),
        message=f"a firewall on this machine drops {scope}: {endpoint.title} runs, and its connections time out",
        measured=f"{where(reach)} {dial_list(reach.to(endpoint.host, endpoint.port))}; a listener of the doctor's own "
        f"at {address} {beacon}",
        expected=f"{at(address, endpoint.port)} accepts a connection {where(reach)}",
        remediation=Remediation(text=advice.text, commands=commands, changes=advice.changes),
        evidence=(
            in_force(endpoint),
            *(
                Evidence(source="container", locator=f"{each.address} to {each.listener}", value=each.heard)
                for each in ways
            ),
        ),
        endpoints=(endpoint.name,),
    )


def _listing(engine: Engine | NotMeasured) -> tuple[str, ...]:
    return ("sudo iptables -nvL INPUT",) if native_linux(engine) else ()


RULE = Rule(code="SD206", severity=Severity.ERROR, check=check, causes=(*TIMED_OUT, *LOGGED, *START_UP))
