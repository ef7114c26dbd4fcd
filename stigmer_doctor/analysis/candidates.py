"""Which configurations could work, ranked by what was measured: never by the name of an operating system."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stigmer_doctor.analysis.listening import everywhere
from stigmer_doctor.model.loopback import LOOPBACK
from stigmer_doctor.model.record import Part
from stigmer_doctor.model.topology import Route, RouteNetwork, Topology

MAPPED, GATEWAY, ENGINE_GATEWAY = "host-gateway", "gateway", "engine-gateway"


class Candidate(Part, frozen=True, kw_only=True):
    """A network mode, and how this machine is addressed in it.

    `host` is what an address variable gets; `mapped` whether that name has to be mapped to host-gateway. A listener on
    this machine's loopback is reached when `loopback`; one on `address` (or on all addresses) when that is not "".
    """

    network: str
    host: str
    mapped: bool = False
    loopback: bool
    address: str


def candidates(topology: Topology, aliases: tuple[str, ...]) -> tuple[Candidate, ...]:
    """Those by which this machine is reached at all: first the ones that reach its loopback, where most services
    listen; among equals host networking, a name that the engine provides, a mapped one, and the gateway's address."""
    found = [candidate for candidate in _all(topology, aliases) if candidate.loopback or candidate.address]
    return tuple(sorted(found, key=lambda candidate: not candidate.loopback))


def _all(topology: Topology, aliases: tuple[str, ...]) -> Iterator[Candidate]:
    host = topology.routes_from(RouteNetwork.HOST, "localhost") or topology.routes_from(RouteNetwork.OWN, "localhost")
    # "localhost" may come to ::1 first; a client tries both.
    yield Candidate(network="host", host="localhost", loopback=_reached(host, LOOPBACK), address=_address(host))
    for alias in aliases:
        yield _bridge(topology, alias, alias)
    for alias in aliases[:1]:  # a pod has none
        yield _bridge(topology, MAPPED, alias, mapped=True)
    for name in (GATEWAY, ENGINE_GATEWAY):
        for route in topology.routes_from(RouteNetwork.BRIDGE, name)[:1]:
            yield _bridge(topology, name, route.address)


def _bridge(topology: Topology, name: str, host: str, *, mapped: bool = False) -> Candidate:
    routes = topology.routes_from(RouteNetwork.BRIDGE, name)
    return Candidate(
        network="bridge", host=host, mapped=mapped, loopback=_reached(routes, LOOPBACK), address=_address(routes)
    )


def _reached(routes: tuple[Route, ...], listener: str) -> bool:
    return any(route.reached and route.listener == listener for route in routes)


def _address(routes: tuple[Route, ...]) -> str:
    """The first address of this machine, other than a loopback, at which a listener was reached."""
    return next((route.listener for route in routes if route.reached and route.own_address), "")


def reaches(candidate: Candidate, listeners: tuple[str, ...]) -> bool:
    """Whether a service that listens on these addresses answers through the candidate."""
    anywhere = everywhere(listeners)
    # A beacon on 127.0.0.1 was reached, which says nothing about ::1.
    if candidate.loopback and (anywhere or any(listener.startswith("127.") for listener in listeners)):
        return True
    return bool(candidate.address) and (anywhere or candidate.address in listeners)


def best(found: tuple[Candidate, ...], services: Mapping[str, tuple[str, ...]]) -> Candidate | None:
    """The first of the candidates that reaches the most services; those are given by name with the addresses that
    they listen on. None where there is no candidate."""
    return min(found, key=lambda candidate: sum(not reaches(candidate, at) for at in services.values()), default=None)
