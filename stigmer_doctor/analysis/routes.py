"""The ways that the runner's addresses take to the user's machine, as beacons showed."""

from __future__ import annotations

import msgspec

from stigmer_doctor.analysis.candidates import ENGINE_GATEWAY, GATEWAY, MAPPED
from stigmer_doctor.analysis.host_names import HostNames
from stigmer_doctor.model.facts import Endpoint, Reach
from stigmer_doctor.model.loopback import LOOPBACKS
from stigmer_doctor.model.topology import BeaconOutcome, Route, RouteNetwork, Topology

_NOT_HERE = (BeaconOutcome.REFUSED, BeaconOutcome.OTHER)


class Routes(msgspec.Struct, frozen=True):
    """The measured ways, with what the container's names resolve to."""

    topology: Topology
    container_reach: Reach
    aliases: tuple[str, ...]

    def of(self, host: str) -> tuple[Route, ...]:
        """What was heard at the addresses that the host has in the container."""
        resolution = self.container_reach.resolution(host)
        addresses = resolution.addresses if resolution else ()
        return tuple(route for address in dict.fromkeys(addresses) for route in self.topology.routes_to(address))

    def elsewhere(self, host: str) -> tuple[Route, ...]:
        """Its ways, where they lead to another machine; empty where one leads here, or may."""
        routes = self.of(host)
        # An address that is this machine's own: what refuses there is its firewall, or nothing listens.
        here = any(route.outcome not in _NOT_HERE or route.own_address for route in routes)
        return () if here else routes

    def past_loopback(self, endpoint: Endpoint) -> str:
        """The address by which the endpoint leads to this machine, or would once its address stood for it; "" where
        none does, or where the same ways lead to this machine's loopback too."""
        routes = self._to_this_machine(endpoint)
        if any(route.reached and route.listener in LOOPBACKS for route in routes):
            return ""
        return next((route.address for route in routes if route.reached and route.own_address), "")

    def to_map_to(self, address: str) -> str:
        """What an alias has to be mapped to where it leads to the address of another machine: host-gateway, unless it
        was seen to lead nowhere; then a gateway that leads to this machine. "" where none is known."""
        mapped = self.topology.routes_from(RouteNetwork.BRIDGE, MAPPED)
        if any(route.reached for route in mapped) or not mapped:
            return MAPPED
        names = (GATEWAY, ENGINE_GATEWAY)
        others = (route for name in names for route in self.topology.routes_from(RouteNetwork.BRIDGE, name))
        return next((route.address for route in others if route.reached and route.address != address), "")

    def _to_this_machine(self, endpoint: Endpoint) -> tuple[Route, ...]:
        """The ways that it takes, or would take: by the alias where the container knows one, else as a mapped name
        would lead."""
        if not endpoint.loopback and (own := self.of(endpoint.host)):
            return own
        by_alias = (self._known(alias) for alias in self.aliases)
        return next(filter(None, by_alias), self.topology.routes_from(RouteNetwork.BRIDGE, MAPPED))

    def _known(self, alias: str) -> tuple[Route, ...]:
        routes = self.topology.routes_from(RouteNetwork.OWN, alias)
        return tuple(route for route in routes if route.outcome is not BeaconOutcome.UNRESOLVED)


def routes(container_reach: Reach, topology: Topology, host_names: HostNames) -> Routes:
    """Both are needed: the ways say where addresses lead, the dials which addresses there are."""
    return Routes(topology, container_reach, host_names.aliases)
