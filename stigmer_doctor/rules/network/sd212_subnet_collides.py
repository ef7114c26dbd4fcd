"""SD212: a network of the container and a route of this machine claim the same addresses."""

from __future__ import annotations

from collections.abc import Iterator

from stigmer_doctor.analysis.collisions import Collision, collisions
from stigmer_doctor.analysis.links import Link, Links
from stigmer_doctor.model.facts import Container, NotMeasured, Outcome, Place, UserSystem
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import linking, wording

_WAY_OUT = (
    "Give the container a network with a range that nothing else here uses (compose: networks, ipam, subnet; the "
    "engine: default-address-pools), or have the VPN leave this range out."
)


def check(
    container: Container, user_system: UserSystem, place: Place, native_linux: bool, *, links: Links | NotMeasured
) -> Judgement:
    if not place.here:
        yield Skip(reason="the engine is on another machine, and so are the routes that count")
        return
    if user_system.routes is None:
        yield Skip(reason="this system did not list its routes")
        return
    for collision in collisions(container, user_system):
        items = () if isinstance(links, NotMeasured) else links.items
        yield _finding(collision, list(_broken(collision, items, native_linux=native_linux)))


def _broken(collision: Collision, items: tuple[Link, ...], *, native_linux: bool) -> Iterator[Link]:
    """The endpoints that are not reached because of it: their address is hidden by the container's own network, or this
    machine's replies take the other route."""
    for link in items:
        if not link.dials or link.verdict is Outcome.CONNECTED:
            continue
        hidden = all(collision.hides(dial.address) for dial in link.dials)
        silent = all(dial.outcome is Outcome.TIMED_OUT for dial in link.dials)
        if hidden or (native_linux and silent and link.to_this_machine and collision.takes_replies):
            yield link


def _finding(collision: Collision, broken: list[Link]) -> Finding:
    network, route = collision.network, collision.route
    told = [f"{link.endpoint.title}: {wording.dial_list(link.dials)}" for link in broken]
    return Finding(
        subject=network.name,
        message=_message(collision, broken),
        measured=f"{collision.subnet} in the container, {route.network} by {route.interface} on this machine"
        + "".join(f"; {text}" for text in told),
        expected=f"no other route of this machine overlaps {collision.subnet}",
        remediation=Remediation(text=_WAY_OUT if broken else f"Nothing that was asked is concerned. {_WAY_OUT}"),
        evidence=(Evidence(source="user-machine", locator=f"route {route.network}", value=route.interface),),
        endpoints=tuple(link.endpoint.name for link in broken),
        severity=Severity.ERROR if broken else Severity.INFO,
    )


def _message(collision: Collision, broken: list[Link]) -> str:
    claim = f"the container's network {collision.network.name} and {collision.route.interface} claim the same addresses"
    if not broken:
        return f"{claim}: what is behind {collision.route.interface} there cannot be reached from the container"
    names = wording.listed(link.endpoint.title for link in broken)
    return f"{claim}, and the connections to {names} go the wrong way"


RULE = Rule(
    code="SD212",
    severity=Severity.ERROR,
    check=check,
    not_in_pods="a cluster's networks are not this machine's",
    causes=("SD206", "SD211", *linking.CONNECTION, *linking.LOGGED, *linking.START_UP),
)
