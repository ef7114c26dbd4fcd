"""Which ways the runner's addresses take to this machine."""

from __future__ import annotations

from stigmer_doctor.analysis.candidates import GATEWAY, MAPPED, candidates
from stigmer_doctor.analysis.routes import Routes
from stigmer_doctor.model.topology import BeaconOutcome, Route, RouteNetwork, Topology
from tests.analysis.deriving import derived
from tests.healthy import ALIAS, ALIAS_ADDRESS, endpoint, healthy
from tests.rules.different import measured, own_ways, routes

BACKEND = endpoint("backend", f"{ALIAS}:7234")
INSIDE = endpoint("backend", "localhost:7234")
BRIDGE = "198.18.4.1"


def seen(*ways: tuple[Route, ...]) -> Routes:
    return derived(Routes, "routes", measured(healthy(), *ways))


def mapped(loopback: BeaconOutcome, itself: BeaconOutcome) -> tuple[Route, ...]:
    return routes(RouteNetwork.BRIDGE, MAPPED, BRIDGE, loopback=loopback, itself=itself)


def test_they_are_those_of_the_addresses_that_the_name_has_in_the_container() -> None:
    ways = own_ways(BeaconOutcome.REFUSED, BeaconOutcome.REACHED)
    assert seen(ways).of(ALIAS) == ways
    assert seen(ways).of("build.example") == ()


def test_a_name_leads_elsewhere_where_no_listener_of_this_machine_is_reached() -> None:
    refused = routes(RouteNetwork.OWN, ALIAS, ALIAS_ADDRESS, loopback=BeaconOutcome.REFUSED)
    assert seen(refused).elsewhere(ALIAS) == refused
    assert seen(routes(RouteNetwork.OWN, ALIAS, ALIAS_ADDRESS, loopback=BeaconOutcome.REACHED)).elsewhere(ALIAS) == ()


def test_it_does_not_where_the_address_is_this_machines_own() -> None:
    assert seen(own_ways(BeaconOutcome.REFUSED, BeaconOutcome.REFUSED)).elsewhere(ALIAS) == ()


def test_an_address_leads_past_the_loopback_where_only_it_is_reached() -> None:
    assert seen(own_ways(BeaconOutcome.REFUSED, BeaconOutcome.REACHED)).past_loopback(BACKEND) == ALIAS_ADDRESS
    assert seen(own_ways(BeaconOutcome.REACHED, BeaconOutcome.REACHED)).past_loopback(BACKEND) == ""


def test_a_loopback_address_would_take_the_way_of_the_alias_or_of_a_mapped_name() -> None:
    assert seen(own_ways(BeaconOutcome.REFUSED, BeaconOutcome.REACHED)).past_loopback(INSIDE) == ALIAS_ADDRESS
    assert seen(mapped(BeaconOutcome.REFUSED, BeaconOutcome.REACHED)).past_loopback(INSIDE) == BRIDGE
    assert seen().past_loopback(INSIDE) == ""


def test_an_alias_is_mapped_to_the_host_gateway_unless_that_leads_nowhere() -> None:
    nowhere = mapped(BeaconOutcome.REFUSED, BeaconOutcome.REFUSED)
    gateway = routes(RouteNetwork.BRIDGE, GATEWAY, "198.18.4.9", itself=BeaconOutcome.REACHED)
    assert seen().to_map_to(ALIAS_ADDRESS) == MAPPED
    assert seen(mapped(BeaconOutcome.REACHED, BeaconOutcome.REFUSED)).to_map_to(ALIAS_ADDRESS) == MAPPED
    assert seen(nowhere, gateway).to_map_to(ALIAS_ADDRESS) == "198.18.4.9"
    assert seen(nowhere, gateway).to_map_to("198.18.4.9") == ""


def test_a_name_that_leads_to_another_listener_than_the_loopback_is_no_way_to_that() -> None:
    way = routes(RouteNetwork.BRIDGE, MAPPED, "10.9.8.7", itself=BeaconOutcome.REACHED)
    (found,) = candidates(Topology(routes=way), (ALIAS,))
    assert (found.mapped, found.loopback, found.address) == (True, False, "10.9.8.7")
