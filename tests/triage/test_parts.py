"""Snapshots that are read fact by fact are read as whole ones are."""

from __future__ import annotations

import json
from itertools import islice

import msgspec
import pytest
from msgspec.structs import replace

from stigmer_doctor import snapshot
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.errors import CannotDiagnose
from stigmer_doctor.triage.parts import KnownFacts
from tests.healthy import healthy
from tests.triage.mutated import mutated

SAVED = snapshot.dump(healthy())


def whole(data: bytes) -> f.Facts | str:
    try:
        return snapshot.load(data, "it")
    except CannotDiagnose as error:
        return str(error)


def in_parts(known: KnownFacts, data: bytes) -> f.Facts | str:
    try:
        read = known.read(data, "it")
    except CannotDiagnose as error:
        return str(error)
    assert read.on_one_line() == snapshot.on_one_line(read.facts)
    return read.facts


def test_all_kinds_of_snapshots_are_read_as_whole_ones_are() -> None:
    known = KnownFacts()
    for data in islice(mutated(7), 60):
        assert in_parts(known, data) == whole(data)
        assert in_parts(known, msgspec.json.format(data, indent=-1)) == whole(data)


def test_a_fact_that_was_read_before_is_the_same_object() -> None:
    known = KnownFacts()
    first, second = (known.read(data, "").facts for data in (SAVED, snapshot.dump(replace(healthy(), pre=True))))
    assert second.pre
    assert second.container is first.container


@pytest.mark.parametrize(
    "data",
    [
        SAVED[:-99],
        b"",
        b"[]",
        b"{}",
        b"\xef\xbb\xbf" + SAVED,
        SAVED.replace(b'"passive": false', b'"passive": 0'),
        SAVED.replace(b'"passive": false', b'"passive": false,\n "passive": true'),
        SAVED.replace(b'"passive": false', b'"passive": false,\n "unheard of": [1, {"a": 1, "a": 2}]'),
        SAVED.replace(b'"schema_version": 1', b'"schema_version": 99'),
        SAVED.replace(b'"schema_version": 1', b'"schema_version": 1.0'),
        SAVED.replace(b'"schema_version": 1,', b""),
        SAVED.replace(b'"kind": "Engine",', b'"kind": "Engine", "name": "one", "name": "two",'),
        SAVED.replace(b'"collected_at": "', b'"collected_at": "\xff'),
        SAVED.replace(b'"source": ""', b'"source": "' + b"x" * 5_000 + b'"'),
        SAVED.replace(b'"named": []', b'"named": [' + b",".join([b'"x"'] * 5_000) + b"]"),
        SAVED.replace(b'"named": []', b'"named": ' + b"[" * 5_000 + b"]" * 5_000),
        SAVED.replace(b"\n", b"\r\n"),
        json.dumps(json.loads(SAVED), indent=3).encode(),
        json.dumps({name: fact for name, fact in json.loads(SAVED).items() if name != "redis"}).encode(),
        json.dumps({name: fact for name, fact in json.loads(SAVED).items() if name != "engine"}).encode(),
    ],
    ids=range(20),
)
def test_what_is_odd_is_read_or_refused_as_a_whole_one_is(data: bytes) -> None:
    assert data != SAVED
    known = KnownFacts()
    known.read(SAVED, "")
    assert in_parts(known, data) == in_parts(known, data) == whole(data)
