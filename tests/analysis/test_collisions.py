"""Where a container's network and a route of this machine claim the same addresses."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from stigmer_doctor.analysis.collisions import Collision, collisions, covers
from stigmer_doctor.model import facts as f
from tests.healthy import healthy
from tests.rules.altered import container_of

CONTAINER = container_of(healthy())
(BRIDGE,) = CONTAINER.networks
assert (BRIDGE.subnets, BRIDGE.address, BRIDGE.gateway) == (("198.18.4.0/24",), "198.18.4.2", "198.18.4.1")


def route(network: str, interface: str = "tun0") -> f.KernelRoute:
    return f.KernelRoute(network=network, interface=interface)


def found(*routes: f.KernelRoute, subnets: tuple[str, ...] = BRIDGE.subnets) -> tuple[Collision, ...]:
    container = replace(CONTAINER, networks=(replace(BRIDGE, subnets=subnets),))
    return collisions(container, f.UserSystem(system="Linux", routes=routes))


@pytest.mark.parametrize(
    ("network", "interface", "collides"),
    [
        ("198.18.4.0/24", "tun0", True),
        ("198.18.0.0/16", "tun0", True),
        ("198.18.4.128/25", "tun0", True),
        ("198.18.5.0/24", "tun0", False),
        ("fd00::/8", "tun0", False),
        ("nonsense", "tun0", False),
        ("198.18.4.0/24", "docker0", False),
        ("198.18.4.0/24", "br-0123", False),
        ("198.18.4.0/24", "bridge0", True),
    ],
)
def test_a_route_collides_where_it_overlaps_and_is_not_an_engines(
    network: str, interface: str, *, collides: bool
) -> None:
    assert bool(found(route(network, interface))) is collides
    assert found(route(network, interface), subnets=("nonsense",)) == ()


@pytest.mark.parametrize(
    ("network", "takes"),
    [
        ("198.18.4.0/24", True),
        ("198.18.4.0/25", True),
        ("198.18.4.2/32", True),
        ("198.18.4.128/25", False),
        ("198.18.0.0/16", False),
    ],
)
def test_it_takes_the_replies_where_it_covers_the_address_and_is_as_narrow(network: str, *, takes: bool) -> None:
    (collision,) = found(route(network))
    assert collision.takes_replies is takes


def test_what_is_not_a_range_takes_no_replies() -> None:
    assert not Collision(BRIDGE, "nonsense", route("198.18.4.0/24")).takes_replies
    assert not Collision(BRIDGE, "198.18.4.0/24", route("nonsense")).takes_replies


@pytest.mark.parametrize(
    ("address", "hidden"),
    [
        ("198.18.4.9", True),
        ("198.18.4.200", False),
        ("198.18.5.9", False),
        ("198.18.4.1", False),
        ("198.18.4.2", False),
        ("no address", False),
    ],
)
def test_an_address_in_both_ranges_is_hidden_but_for_the_networks_own(address: str, *, hidden: bool) -> None:
    (collision,) = found(route("198.18.4.0/25"))
    assert collision.hides(address) is hidden


def test_all_are_found_in_the_order_of_the_networks() -> None:
    more = replace(BRIDGE, name="front", subnets=("10.1.0.0/16", "10.2.0.0/16"))
    routes = (route("10.0.0.0/8"), route("198.18.0.0/15"))
    made = collisions(replace(CONTAINER, networks=(more, BRIDGE)), f.UserSystem(system="Linux", routes=routes))
    assert [(one.subnet, one.route.network) for one in made] == [
        ("10.1.0.0/16", "10.0.0.0/8"), ("10.2.0.0/16", "10.0.0.0/8"), ("198.18.4.0/24", "198.18.0.0/15")
    ]  # fmt: skip
    assert collisions(CONTAINER, f.UserSystem(system="Linux", routes=None)) == ()


def test_covers() -> None:
    assert covers("10.0.0.9/8", "10.1.1.1")
    assert not covers("10.0.0.0/8", "11.1.1.1")
    assert not covers("10.0.0.0/8", "")
    assert not covers("", "10.1.1.1")
