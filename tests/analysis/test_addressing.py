"""How the container has to name this machine, and what must change so that it does."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.analysis.addressing import Addressing
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.changes import MapHost, SetVariable, UseNetwork
from stigmer_doctor.model.topology import BeaconOutcome, RouteNetwork, Topology
from tests.analysis.deriving import derived
from tests.healthy import ALIAS, NOT_MEASURED, endpoint, healthy
from tests.rules.altered import on_host_network, shared_host, unshared_host
from tests.rules.different import routes
from tests.rules.vary import configured, served_here, unknown

LLM = endpoint("llm", f"{ALIAS}:11434")
BACKEND = endpoint("backend", f"{ALIAS}:7234")


def addressing(facts: f.Facts) -> Addressing:
    return derived(Addressing, "addressing", facts)


def test_a_container_with_a_network_of_its_own_uses_the_alias() -> None:
    assert addressing(healthy()).word == ALIAS
    assert addressing(healthy()).leading("localhost") == ALIAS


def test_on_a_host_network_that_shares_the_loopback_it_is_localhost() -> None:
    assert addressing(shared_host()).word == "localhost"
    assert addressing(shared_host()).leading("127.0.0.1") == "127.0.0.1"


def test_on_one_that_does_not_share_it_it_is_the_alias() -> None:
    assert addressing(unshared_host()).word == ALIAS


def test_where_the_loopbacks_were_not_compared_the_host_network_is_taken_for_shared() -> None:
    facts = replace(on_host_network(), user_reach=NOT_MEASURED)
    assert addressing(facts).word == "localhost"


def test_another_machines_name_stays() -> None:
    assert addressing(healthy()).meant(BACKEND, "build.example:9000") == ("build.example", 9000)
    assert addressing(healthy()).meant(BACKEND, "localhost") == (ALIAS, 7234)
    assert addressing(healthy()).meant(BACKEND, "<hidden>") is None


def test_a_text_is_rewritten_in_the_form_that_the_endpoint_takes() -> None:
    known = addressing(healthy())
    assert known.rewritten(BACKEND, "http://localhost:7000") == (f"{ALIAS}:7000", ALIAS)
    assert known.rewritten(LLM, "https://build.example:8443") == ("https://build.example:8443", "build.example")
    assert known.rewritten(BACKEND, "") == (f"{ALIAS}:7234", ALIAS)


def test_an_alias_is_mapped_where_it_does_not_resolve_and_the_container_has_a_network() -> None:
    lost = unknown(ALIAS, healthy())
    assert addressing(lost).mapping(ALIAS) == (MapHost(name=ALIAS, target="host-gateway"),)
    assert addressing(lost).mapping("build.example") == ()
    assert addressing(healthy()).mapping(ALIAS) == ()
    assert addressing(on_host_network(lost)).mapping(ALIAS) == ()


def test_a_move_sets_the_variable_and_maps_the_name() -> None:
    assert addressing(unknown(ALIAS, healthy())).move(LLM, ALIAS) == (
        SetVariable(name="STIGMER_LLM_BASE_URL", value=f"http://{ALIAS}:11434"),
        MapHost(name=ALIAS, target="host-gateway"),
    )


def test_on_the_host_network_every_address_that_means_this_machine_is_localhost() -> None:
    use, *moved = addressing(configured(healthy(), endpoint("backend", "build.example:7234"))).to_host()
    assert isinstance(use, UseNetwork)
    assert (use.mode, ALIAS in use.as_localhost) == ("host", True)
    assert moved == [
        SetVariable(name="TEMPORAL_SERVICE_ADDRESS", value="localhost:7233"),
        SetVariable(name="STIGMER_LLM_BASE_URL", value="http://localhost:11434"),
    ]


def test_a_port_on_which_nothing_answers_is_corrected_on_the_way() -> None:
    mistaken = configured(healthy(), endpoint("backend", f"{ALIAS}:7000"))
    changes = addressing(served_here(mistaken, 7000, f.Outcome.REFUSED)).to_host()
    assert SetVariable(name="STIGMER_BACKEND_ENDPOINT", value="localhost:7234") in changes


def test_on_a_bridge_no_address_is_the_container_itself() -> None:
    facts = configured(healthy(), endpoint("backend", "localhost:7234"))
    assert addressing(facts).to_bridge() == (
        UseNetwork(mode="bridge"),
        MapHost(name=ALIAS, target="host-gateway"),
        SetVariable(name="STIGMER_BACKEND_ENDPOINT", value=f"{ALIAS}:7234"),
    )


def test_an_alias_that_was_seen_to_lead_here_from_a_bridge_is_not_mapped() -> None:
    reached = routes(RouteNetwork.BRIDGE, ALIAS, "198.18.0.1", loopback=BeaconOutcome.REACHED)
    assert addressing(healthy()).to_bridge(Topology(routes=reached)) == (UseNetwork(mode="bridge"),)
