"""SD206: a firewall on this machine drops or rejects what the container sends to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from stigmer_doctor.analysis.listening import everywhere
from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.facts import (
    Comparison,
    Configuration,
    Container,
    Dial,
    Endpoint,
    Engine,
    EngineSearch,
    Listener,
    Listeners,
    NotMeasured,
    Outcome,
    Reach,
)
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.topology import BeaconOutcome, Route, Topology
from stigmer_doctor.rules.dialling import answering_here, dial_list, in_force, native_linux, rejected, where
from stigmer_doctor.rules.endpoints import (
    LOGGED,
    REFUSED,
    START_UP,
    TIMED_OUT,
    Ground,
    only_internal,
    own_network,
    prefers_host,
    to_host,
)
from stigmer_doctor.rules.network.routes import listening, routes_of
from stigmer_doctor.rules.services.answers import meant_for_this_machine


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
    comparison: Comparison | NotMeasured,
) -> Judgement:
    if not search.local:
        yield Skip(reason="the engine is on another machine, and so is its firewall")
        return
    if not own_network(container) or only_internal(container):
        return  # an internal network leads nowhere by itself, which SD207 says
    ground = Ground(container, container_reach, user_reach, profile)
    host = to_host(configuration, ground) if prefers_host(ground, topology, listeners) else ()
    for endpoint in configuration.endpoints:
        if endpoint.problem or endpoint.loopback or not meant_for_this_machine(endpoint, container, profile):
            continue
        if _accepts_at_times(endpoint, comparison):
            continue  # what lets some connections through loses packets, which SD211 says
        found = listening(endpoint, listeners)
        if not found and not answering_here(endpoint, user_reach):
            continue
        block = _block(endpoint, routes_of(endpoint, container_reach, topology), found, container_reach)
        if block:
            yield _finding(
                endpoint, block, container_reach, Remediation(text=_text(endpoint, bool(host)), changes=host), engine
            )


def _accepts_at_times(endpoint: Endpoint, comparison: Comparison | NotMeasured) -> bool:
    trials = () if isinstance(comparison, NotMeasured) else comparison.of(endpoint.name)
    return any(trial.accepted for trial in trials)


class _Block(NamedTuple):
    """What a firewall does: it `drops` or `rejects`, and only the service's port or everything on these ways."""

    verb: str
    only_port: bool
    routes: tuple[Route, ...]


def _block(endpoint: Endpoint, routes: tuple[Route, ...], found: tuple[Listener, ...], reach: Reach) -> _Block | None:
    """The block that explains why the service is not reached; None where something else may."""
    verdict = reach.verdict(endpoint.host, endpoint.port)
    if verdict in (None, Outcome.CONNECTED):
        return None
    verb = "drops" if verdict is Outcome.TIMED_OUT else "rejects"
    if any(
        route.outcome is BeaconOutcome.REACHED and (verdict is not Outcome.REFUSED or _hits(route, found))
        for route in routes
    ):
        return _Block(verb, only_port=True, routes=routes)
    if any(route.outcome is BeaconOutcome.REACHED for route in routes):
        return None
    # Only where the address is one of this machine's is it this machine's firewall.
    own = {route.outcome for route in routes if route.listener == route.address}
    everything = bool(own) and (
        verdict is Outcome.TIMED_OUT
        or (verdict is Outcome.REFUSED and own == {BeaconOutcome.REFUSED})  # the doctor's own listener was there
        or (verdict in (Outcome.NO_ROUTE, Outcome.FAILED) and rejected(reach.to(endpoint.host, endpoint.port)))
    )
    return _Block(verb, only_port=False, routes=routes) if everything else None


def _hits(route: Route, found: tuple[Listener, ...]) -> bool:
    """Whether what came that way would come to one of the service's listeners."""
    return everywhere(listener.address for listener in found) or any(
        listener.address == route.listener for listener in found
    )


def _text(endpoint: Endpoint, host: bool) -> str:
    rule = f"Let TCP port {endpoint.port} in from the container's network"
    if host:
        return f"Run the container on the host's network, past the firewall; or: {rule}."
    return f"{rule}; the listing shows which rule drops or rejects it."


def _finding(
    endpoint: Endpoint, block: _Block, reach: Reach, advice: Remediation, engine: Engine | NotMeasured
) -> Finding:
    address = block.routes[0].address
    dials = reach.to(endpoint.host, endpoint.port)
    scope = (
        f"what containers send to port {endpoint.port}" if block.only_port else "everything that containers send to it"
    )
    beacon = "was reached at another port" if block.only_port else f"was not reached either: {block.routes[0].outcome}"
    fate = "time out" if block.verb == "drops" else "are refused" if _all_refused(dials) else "fail at once"
    return Finding(
        subject=host_port(address, endpoint.port),
        message=f"a firewall on this machine {block.verb} {scope}: {endpoint.title} runs, and its connections {fate}",
        measured=f"{where(reach)} {dial_list(dials)}; a listener of the doctor's own at {address} {beacon}",
        expected=f"{host_port(address, endpoint.port)} accepts a connection {where(reach)}",
        remediation=Remediation(
            text=advice.text, commands=() if advice.changes else _listing(engine), changes=advice.changes
        ),
        evidence=(
            in_force(endpoint),
            *(
                Evidence(source="container", locator=f"{route.address} to {route.listener}", value=route.outcome)
                for route in block.routes
            ),
        ),
        endpoints=(endpoint.name,),
    )


def _all_refused(dials: Iterable[Dial]) -> bool:
    return all(dial.outcome is Outcome.REFUSED for dial in dials)


def _listing(engine: Engine | NotMeasured) -> tuple[str, ...]:
    return ("sudo iptables -nvL INPUT",) if native_linux(engine) else ()


RULE = Rule(code="SD206", severity=Severity.ERROR, check=check, causes=(*REFUSED, *TIMED_OUT, *LOGGED, *START_UP))
