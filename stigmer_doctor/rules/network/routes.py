"""What rules ask about the measured ways from the container to the user's machine."""

from __future__ import annotations

from collections.abc import Iterable

from stigmer_doctor.analysis.candidates import MAPPED
from stigmer_doctor.model.facts import Endpoint, Listener, Listeners, NotMeasured, Reach
from stigmer_doctor.model.topology import Heard, Network, Topology, Way
from stigmer_doctor.rules.endpoints import service_port

LOOPBACKS = ("127.0.0.1", "::1")
_EVERYWHERE = ("0.0.0.0", "::", "*")  # noqa: S104 - compared with, not listened on


def ways_of(endpoint: Endpoint, reach: Reach, topology: Topology) -> tuple[Way, ...]:
    """What was heard at the addresses that the endpoint's host has in the container."""
    resolution = reach.resolution(endpoint.host)
    addresses = resolution.addresses if resolution else ()
    return tuple(way for address in dict.fromkeys(addresses) for way in topology.to(address))


def ways_here(endpoint: Endpoint, aliases: Iterable[str], reach: Reach, topology: Topology) -> tuple[Way, ...]:
    """The ways that the endpoint takes, or would take once its address stood for this machine: by the alias where the
    container knows one, else as a mapped name would lead."""
    if not endpoint.loopback and (own := ways_of(endpoint, reach, topology)):
        return own
    for alias in aliases:
        if known := [entry for entry in topology.over(Network.OWN, alias) if entry.heard is not Heard.UNRESOLVED]:
            return tuple(known)
    return topology.over(Network.BRIDGE, MAPPED)


def reached(ways: Iterable[Way]) -> Way | None:
    """The first way on which one of this machine's listeners answered, at the address itself."""
    return next((route for route in ways if route.heard is Heard.REACHED and route.listener == route.address), None)


def leads_to_loopback(ways: Iterable[Way]) -> bool:
    return any(route.heard is Heard.REACHED and route.listener in LOOPBACKS for route in ways)


def listening(endpoint: Endpoint, listeners: Listeners | NotMeasured) -> tuple[Listener, ...]:
    """What listens on the endpoint's port of this machine; empty where nothing does or nobody could tell."""
    return () if isinstance(listeners, NotMeasured) else listeners.on(service_port(endpoint))


def on_loopback_only(found: Iterable[Listener]) -> bool:
    addresses = [listener.address for listener in found]
    return bool(addresses) and all(address.startswith("127.") or address == "::1" for address in addresses)


def everywhere(found: Iterable[Listener]) -> bool:
    return any(listener.address in _EVERYWHERE for listener in found)
