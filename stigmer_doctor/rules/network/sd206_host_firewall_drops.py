"""SD206: a firewall on this machine drops or rejects what the container sends to it."""

from __future__ import annotations

import msgspec

from stigmer_doctor.analysis.addressing import Addressing
from stigmer_doctor.analysis.links import Link
from stigmer_doctor.analysis.routes import Routes
from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.facts import Outcome, Place
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.topology import Route
from stigmer_doctor.rules import linking, wording


def check(
    addressing: Addressing,
    routes: Routes,
    place: Place,
    host_network_better: bool,
    native_linux: bool,
) -> Judgement:
    if not place.here:
        yield Skip(reason="the engine is on another machine, and so is its firewall")
        return
    if not addressing.container.own_network or addressing.container.only_internal:
        return  # an internal network leads nowhere by itself, which SD207 says
    for link in addressing.links.with_address:
        block = _block(link, routes.of(link.endpoint.host)) if _may_be_blocked(link) else None
        if block and host_network_better:
            yield _finding(link, block, _to_host(link, addressing))
        elif block:
            yield _finding(link, block, _let_in(link, native_linux=native_linux))


def _may_be_blocked(link: Link) -> bool:
    """Whether it is meant for this machine, and its service runs here. What lets some connections through loses
    packets, which SD211 says."""
    if link.endpoint.loopback or not link.to_this_machine or any(trial.accepted for trial in link.asked.trials):
        return False
    return bool(link.listening or link.answering_here)


class _Block(msgspec.Struct, frozen=True):
    """What a firewall does: it `drops` or `rejects`, and only the service's port or everything on these ways."""

    verb: str
    only_port: bool
    routes: tuple[Route, ...]


def _block(link: Link, routes: tuple[Route, ...]) -> _Block | None:
    """The block that explains why the service is not reached; None where something else may."""
    if link.verdict in (None, Outcome.CONNECTED):
        return None
    verb = "drops" if link.verdict is Outcome.TIMED_OUT else "rejects"
    if any(route.reached and (not link.refused or link.listens_at(route.listener)) for route in routes):
        return _Block(verb, only_port=True, routes=routes)
    if any(route.reached for route in routes):
        return None
    # Only where the address is one of this machine's is it this machine's firewall.
    own = [route for route in routes if route.own_address]
    return _Block(verb, only_port=False, routes=routes) if own and _everything(link, own) else None


def _everything(link: Link, own: list[Route]) -> bool:
    """Whether the dials look like those of a firewall that lets nothing in."""
    match link.verdict:
        case Outcome.TIMED_OUT:
            return True
        case Outcome.REFUSED:
            return all(route.refused for route in own)  # the doctor's own listener was there
        case Outcome.NO_ROUTE | Outcome.FAILED:
            return link.rejected
    return False


def _to_host(link: Link, addressing: Addressing) -> Remediation:
    return Remediation(
        text=f"Run the container on the host's network, past the firewall; or: {_rule(link)}.",
        changes=addressing.to_host(),
    )


def _let_in(link: Link, *, native_linux: bool) -> Remediation:
    return Remediation(
        text=f"{_rule(link)}; the listing shows which rule drops or rejects it.",
        commands=("sudo iptables -nvL INPUT",) if native_linux else (),
    )


def _rule(link: Link) -> str:
    return f"Let TCP port {link.endpoint.port} in from the container's network"


def _finding(link: Link, block: _Block, remediation: Remediation) -> Finding:
    endpoint, address = link.endpoint, block.routes[0].address
    refused = all(dial.outcome is Outcome.REFUSED for dial in link.dials)
    scope = (
        f"what containers send to port {endpoint.port}" if block.only_port else "everything that containers send to it"
    )
    beacon = "was reached at another port" if block.only_port else f"was not reached either: {block.routes[0].outcome}"
    fate = "time out" if block.verb == "drops" else "are refused" if refused else "fail at once"
    return Finding(
        subject=host_port(address, endpoint.port),
        message=f"a firewall on this machine {block.verb} {scope}: {endpoint.title} runs, and its connections {fate}",
        measured=f"{link.vantage} {wording.dial_list(link.dials)}; a listener of the doctor's own at {address} "
        f"{beacon}",
        expected=f"{host_port(address, endpoint.port)} accepts a connection {link.vantage}",
        remediation=remediation,
        evidence=(
            wording.in_force(endpoint),
            *(
                Evidence(source="container", locator=f"{route.address} to {route.listener}", value=route.outcome)
                for route in block.routes
            ),
        ),
        endpoints=(endpoint.name,),
    )


RULE = Rule(
    code="SD206",
    severity=Severity.ERROR,
    check=check,
    not_in_pods="this machine's firewall is not on the way",
    causes=(*linking.REFUSED, *linking.TIMED_OUT, *linking.LOGGED, *linking.START_UP),
)
