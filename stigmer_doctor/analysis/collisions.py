"""Where a container's network and a route of the user's machine claim the same addresses."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from functools import lru_cache

import msgspec

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.facts import Container, KernelRoute, Network, UserSystem

Addresses = ipaddress.IPv4Network | ipaddress.IPv6Network
_ENGINES_OWN = compiled_later(r"docker|br-|podman|cni-|nerdctl|veth|lxcbr|virbr", re.ASCII)
"""Interfaces of engines and hypervisors: a route by one of them is the container's own network, or a neighbour's."""


class Collision(msgspec.Struct, frozen=True):
    """A range of a network of the container, and the route of this machine that overlaps it."""

    network: Network
    subnet: str
    route: KernelRoute

    @property
    def takes_replies(self) -> bool:
        """Whether what this machine sends to the container's address can leave by that route instead: it covers the
        address, and is at least as narrow as the container's own range."""
        route, own = _range(self.route.network), _range(self.subnet)
        if route is None or own is None:
            return False
        own_addresses = (self.network.address, self.network.address6)
        covered = any(covers(self.route.network, address) for address in own_addresses)
        return covered and route.prefixlen >= own.prefixlen

    def hides(self, address: str) -> bool:
        """Whether the container takes that address for a neighbour of its own network, while this machine reaches it by
        the route."""
        own = (self.network.gateway, self.network.gateway6, self.network.address, self.network.address6)
        return address not in own and covers(self.subnet, address) and covers(self.route.network, address)


def collisions(container: Container, user_system: UserSystem) -> tuple[Collision, ...]:
    """All of them, in the order of the container's networks."""
    routes = [route for route in user_system.routes or () if not _ENGINES_OWN.match(route.interface)]
    return tuple(_collisions(container, routes))


def _collisions(container: Container, routes: list[KernelRoute]) -> Iterator[Collision]:
    for network in container.networks:
        for subnet in network.subnets:
            for route in routes:
                if _overlap(subnet, route.network):
                    yield Collision(network, subnet, route)


def _overlap(one: str, other: str) -> bool:
    first, second = _range(one), _range(other)
    return first is not None and second is not None and first.version == second.version and first.overlaps(second)


def covers(network: str, address: str) -> bool:
    """Whether the address is one of the network's; False where either is none."""
    wide = _range(network)
    try:
        return wide is not None and ipaddress.ip_address(address) in wide
    except ValueError:
        return False


@lru_cache(maxsize=1024)
def _range(text: str) -> Addresses | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
