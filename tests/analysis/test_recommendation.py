"""What is recommended for the ways that were measured."""

from __future__ import annotations

from stigmer_doctor import profile
from stigmer_doctor.analysis.recommendation import recommend
from stigmer_doctor.model.survey import Survey
from stigmer_doctor.model.topology import BeaconOutcome, Network, Route, Topology
from tests.healthy import healthy

BRIDGE = "172.17.0.1"


def conditions(listener: str, address: str = BRIDGE) -> tuple[str, ...]:
    """What the services have to do where a bridge network leads to this address only."""
    route = Route(
        network=Network.BRIDGE, name="host-gateway", address=address, listener=listener, outcome=BeaconOutcome.REACHED
    )
    facts = healthy()
    survey = Survey(
        tool_version="",
        collected_at="",
        search=facts.search,
        engine=facts.engine,  # type: ignore[arg-type]
        topology=Topology(routes=(route,)),
        listeners=facts.listeners,
    )
    return recommend(survey, profile.load()).conditions


def test_temporal_has_to_listen_on_all_addresses_and_others_on_one() -> None:
    said = {
        condition.split(" has to listen on ")[0]: condition.split(" has to listen on ")[1]
        for condition in conditions(BRIDGE)
    }
    assert said["Temporal"].startswith("0.0.0.0, port 7233: ")
    assert all(item.startswith(f"{BRIDGE}, port ") for title, item in said.items() if title != "Temporal")


def test_over_version_6_it_is_all_of_that() -> None:
    (temporal,) = (condition for condition in conditions("fd00::1", "fd00::1") if condition.startswith("Temporal"))
    assert "listen on ::, port 7233" in temporal


def test_nothing_has_to_listen_elsewhere_where_the_loopback_is_reached() -> None:
    assert conditions("127.0.0.1") == ()
