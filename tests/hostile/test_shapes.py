"""Malformed answers in process: a part of those that `python -m tests.hostile.shapes` gives to readers and checks."""

from __future__ import annotations

import json
from itertools import islice

import pytest

from tests.adapters.odd import places
from tests.hostile.engine import EVERY
from tests.hostile.faults import FAULTS
from tests.hostile.memory import MemoryEngine
from tests.hostile.mutations import VALUES
from tests.hostile.shapes import Reader, failure, failure_of_check, malformed_of, questions, readers

_EVERY = 7
"""A number that has nothing to do with how many values there are: each stands in some place."""
_CHECKED_EVERY = 120


@pytest.mark.parametrize("reader", readers(), ids=lambda reader: reader.name)
def test_a_malformed_answer_costs_no_more_than_itself(reader: Reader) -> None:
    drawn = islice(malformed_of(reader), 0, None, _EVERY)
    assert [f"{wrong}: {said}" for wrong, body in drawn if (said := failure(reader, body))] == []


@pytest.mark.parametrize("reader", readers(), ids=lambda reader: reader.name)
def test_a_decent_answer_is_read(reader: Reader) -> None:
    body = reader.decent if isinstance(reader.decent, bytes) else json.dumps(reader.decent).encode()
    assert reader.read(body) is not None or reader.name in _ASKED_FOR_NOTHING


_ASKED_FOR_NOTHING = ("leftovers", "exec-create", "create", "inspect of a fix", "image of a fix")


def test_there_are_a_thousand_and_more() -> None:
    values = len(VALUES) + 1
    in_places = (len(list(places(reader.decent))) * values // _EVERY for reader in readers())
    assert sum(in_places) >= 1000


def test_a_check_of_malformed_answers_ends_in_a_report_that_does_not_pass() -> None:
    asked = (Reader(call, decent, len) for call, decent in questions())
    answers = ((reader.name, *malformed) for reader in asked for malformed in malformed_of(reader))
    drawn = islice(answers, 0, None, _CHECKED_EVERY)
    made = ((call, wrong, failure_of_check(MemoryEngine({call: body}))) for call, wrong, body in drawn)
    assert [f"{call}, {wrong}: {said}" for call, wrong, said in made if said] == []


@pytest.mark.parametrize("call", ["inspect", EVERY])
def test_a_check_of_broken_http_ends_in_a_report_that_does_not_pass(call: str) -> None:
    faults = {name: fault for name, fault in FAULTS.items() if name not in _TAKE_TIME}
    made = {name: failure_of_check(MemoryEngine(call=call, fault=fault)) for name, fault in faults.items()}
    assert {name: said for name, said in made.items() if said} == {}


_TAKE_TIME = (
    *("silent", "silent-after-head", "silent-midway", "late", "just-in-time", "drip-head", "drip-body"),
    *("endless-tiny-chunks", "long-list", "long-line", "huge-integer"),
)
