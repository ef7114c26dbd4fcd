"""An endpoint is seen from both sides, with what listens and what was answered."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from stigmer_doctor import profile
from stigmer_doctor.analysis.known import Known
from stigmer_doctor.analysis.links import Link, Links
from stigmer_doctor.model import facts as f
from tests.analysis.deriving import derived
from tests.healthy import ALIAS, NOT_MEASURED, dial, endpoint, healthy
from tests.rules.vary import configured, dialled, failing, served_here, unknown, without


def links(facts: f.Facts) -> Links:
    return derived(Links, "links", facts)


def link(facts: f.Facts, name: str = "backend") -> Link:
    found = links(facts).usable(name)
    assert isinstance(found, Link)
    return found


def test_every_endpoint_in_force_has_one_in_its_order() -> None:
    assert [item.endpoint.name for item in links(healthy()).items] == ["backend", "temporal", "llm"]


def test_a_link_that_works_connects_from_the_container_and_answers_here() -> None:
    seen = link(healthy())
    assert (seen.connects, seen.verdict, seen.vantage) == (True, f.Outcome.CONNECTED, "from inside the container")
    assert seen.answering_here is not None
    assert seen.to_this_machine


@pytest.mark.parametrize("how", [f.Outcome.REFUSED, f.Outcome.TIMED_OUT])
def test_one_that_fails_says_how(how: f.Outcome) -> None:
    seen = link(failing("backend", how))
    assert (seen.connects, seen.verdict, seen.refused) == (False, how, how is f.Outcome.REFUSED)


def test_a_name_that_does_not_resolve_connects_to_nothing() -> None:
    seen = link(unknown(ALIAS, healthy()))
    assert (seen.resolves, seen.connects, seen.dials) == (False, False, ())


def test_where_nothing_was_dialled_nothing_is_known() -> None:
    seen = link(replace(healthy(), container_reach=NOT_MEASURED, user_reach=NOT_MEASURED, listeners=NOT_MEASURED))
    assert (seen.connects, seen.resolves, seen.verdict, seen.answering_here) == (None, None, None, None)
    assert (seen.listening, seen.container_reach) == ((), NOT_MEASURED)


def test_dialled_links_are_not_measured_where_the_container_dialled_nothing() -> None:
    facts = replace(healthy(), container_reach=f.NotMeasured(reason="no interpreter"))
    assert Known(facts, profile.load())["dialled_links"] == f.NotMeasured(reason="no interpreter")


def test_an_endpoint_that_is_not_in_use_has_a_reason_in_place_of_a_link() -> None:
    assert links(without(healthy(), "backend")).usable("backend") == f.NotMeasured(reason="the runner does not use it")


def test_an_address_that_is_none_has_a_reason_too_and_is_none_of_those_with_an_address() -> None:
    broken = replace(endpoint("backend", f"{ALIAS}:1"), host="", port=0, problem="it names no port")
    found = links(configured(healthy(), broken))
    why = "STIGMER_BACKEND_ENDPOINT holds no usable address: it names no port"
    assert found.usable("backend") == f.NotMeasured(reason=why)
    assert [item.endpoint.name for item in found.with_address] == ["temporal", "llm"]


def test_a_service_listens_at_an_address_or_everywhere() -> None:
    def at(address: str) -> Link:
        return link(replace(healthy(), listeners=f.Listeners(ports=(7234,), items=(listener(address),))))

    def listener(address: str) -> f.Listener:
        return f.Listener(address=address, port=7234)

    assert at("127.0.0.1").listens_at("127.0.0.1")
    assert at("0.0.0.0").listens_at("198.18.4.1")
    assert not at("127.0.0.1").listens_at("198.18.4.1")


def test_a_port_on_which_nothing_answers_here_is_corrected_to_the_usual_one() -> None:
    mistaken = endpoint("backend", f"{ALIAS}:7000")
    facts = served_here(configured(healthy(), mistaken), 7000, f.Outcome.REFUSED)
    assert link(facts).right_port == 7234
    assert link(replace(facts, user_reach=NOT_MEASURED)).right_port == 7000


def test_what_was_rejected_on_the_way_is_told_from_what_has_no_route() -> None:
    def failed(detail: str) -> Link:
        return link(dialled(healthy(), 7234, replace(dial(ALIAS, 7234, f.Outcome.NO_ROUTE), detail=detail)))

    assert failed("No route to host (EHOSTUNREACH)").rejected
    assert not failed("Network is unreachable (ENETUNREACH)").rejected
