"""What rules ask about the measured ways from the container to the user's machine."""

from __future__ import annotations

from collections.abc import Iterable

from stigmer_doctor.analysis.addresses import service_port
from stigmer_doctor.analysis.candidates import MAPPED
from stigmer_doctor.model.facts import Endpoint, Listener, Listeners, NotMeasured, Reach
from stigmer_doctor.model.loopback import LOOPBACKS
from stigmer_doctor.model.topology import BeaconOutcome, Network, Route, Topology


def routes_of(endpoint: Endpoint, reach: Reach, topology: Topology) -> tuple[Route, ...]:
    """What was heard at the addresses that the endpoint's host has in the container."""
    resolution = reach.resolution(endpoint.host)
    addresses = resolution.addresses if resolution else ()
    return tuple(route for address in dict.fromkeys(addresses) for route in topology.routes_to(address))


def routes_here(endpoint: Endpoint, aliases: Iterable[str], reach: Reach, topology: Topology) -> tuple[Route, ...]:
    """The ways that the endpoint takes, or would take once its address stood for this machine: by the alias where the
    container knows one, else as a mapped name would lead."""
    if not endpoint.loopback and (own := routes_of(endpoint, reach, topology)):
        return own
    for alias in aliases:
        if known := [
            entry for entry in topology.routes_from(Network.OWN, alias) if entry.outcome is not BeaconOutcome.UNRESOLVED
        ]:
            return tuple(known)
    return topology.routes_from(Network.BRIDGE, MAPPED)


def reached(routes: Iterable[Route]) -> Route | None:
    """The first way on which one of this machine's listeners answered, at the address itself."""
    return next(
        (route for route in routes if route.outcome is BeaconOutcome.REACHED and route.listener == route.address), None
    )


def leads_to_loopback(routes: Iterable[Route]) -> bool:
    return any(route.outcome is BeaconOutcome.REACHED and route.listener in LOOPBACKS for route in routes)


def listening(endpoint: Endpoint, listeners: Listeners | NotMeasured) -> tuple[Listener, ...]:
    """What listens on the endpoint's port of this machine; empty where nothing does or nobody could tell."""
    return () if isinstance(listeners, NotMeasured) else listeners.on(service_port(endpoint))
