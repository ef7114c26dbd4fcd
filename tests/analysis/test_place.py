"""Where the container runs, and what the user's machine is called there."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from stigmer_doctor import profile, snapshot
from stigmer_doctor.analysis.host_names import names_in
from stigmer_doctor.model.facts import Place
from tests.healthy import ALIAS, healthy


@pytest.mark.parametrize("place", [Place.THIS_MACHINE, Place.ENGINE_ELSEWHERE])
def test_every_engine_has_the_same_names_for_its_host(place: Place) -> None:
    names = names_in(place, profile.load())
    assert names.alias == ALIAS
    assert names.aliases[0] == ALIAS
    assert len(names.aliases) > 1


def test_a_pod_has_none() -> None:
    names = names_in(Place.POD, profile.load())
    assert (names.alias, names.aliases) == ("", ())


@pytest.mark.parametrize(("local", "place"), [(True, Place.THIS_MACHINE), (False, Place.ENGINE_ELSEWHERE)])
def test_an_old_snapshot_tells_the_place_by_its_engine(local: bool, place: Place) -> None:
    facts = healthy()
    written = msgspec.json.decode(snapshot.dump(replace(facts, search=replace(facts.search, local=local))))
    del written["place"]
    assert snapshot.load(msgspec.json.encode(written), "old.json").place is place


def test_the_place_is_kept_in_a_snapshot() -> None:
    facts = replace(healthy(), place=Place.POD)
    assert snapshot.load(snapshot.dump(facts), "new.json") == facts
