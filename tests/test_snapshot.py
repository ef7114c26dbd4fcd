"""A snapshot gives back the facts, and says in one line what is wrong with it otherwise."""

from __future__ import annotations

import gzip
import typing
from collections.abc import Iterator

import msgspec
import pytest

from stigmer_doctor import snapshot
from stigmer_doctor.model.errors import CannotDiagnose
from stigmer_doctor.model.facts import Facts
from stigmer_doctor.model.profile import Profile
from tests.healthy import healthy

SAVED = snapshot.dump(healthy())


def test_the_facts_come_back_as_they_were() -> None:
    assert snapshot.load(snapshot.dump(healthy()), "x.json") == healthy()


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "not a snapshot, or only a part"),
        (b"hello", "not a snapshot, or only a part"),
        (gzip.compress(SAVED), "is compressed"),
        (b"\xff\xfe\x00", "begins with a byte order mark"),
        (b"\xef\xbb\xbf" + SAVED, "begins with a byte order mark"),
        (SAVED.replace(b"stigmer-agent-runner", b"stigmer\xff", 1), "not in UTF-8"),
        (b'{"schema_version": 1, "x": ' + b"[" * 1_000_000, "nested deeper"),
        (SAVED[:-2] + b', "x": ' + b'{"a": ' * 100_000 + b"1" + b"}" * 100_001, "nested deeper"),
        (SAVED[:-2] + b', "passive": true, "passive": false}', "says 'passive' twice"),
        (SAVED.replace(b'"timeout_s": 3.0', b'"timeout_s": ' + b"9" * 5000), "out of range"),
        (SAVED.replace(b'"schema_version": 1', b'"schema_version": 0'), "schema 0"),
        (b'{"name": "package"}', "no stigmer-doctor snapshot"),
        (b'{"schema_version": 1}', "not a snapshot that can be judged"),
        (b'{"schema_version": 1, "tool": {}, "checks": []}', "is the report of a check"),
        (b'{"schema_version": 99, "tool_version": "7.0"}', "upgrade stigmer-doctor"),
        (SAVED[:-200], "only a part"),
    ],
)
def test_what_is_no_snapshot_is_said_in_one_line(raw: bytes, said: str) -> None:
    with pytest.raises(CannotDiagnose, match=said) as caught:
        snapshot.load(raw, "x.json")
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("x.json")


def test_fields_of_a_later_version_of_the_same_schema_are_ignored() -> None:
    later = msgspec.json.decode(snapshot.dump(healthy())) | {"something_new": 1}
    assert snapshot.load(msgspec.json.encode(later), "x.json") == healthy()


def test_a_number_of_any_length_in_what_nobody_reads_is_ignored() -> None:
    assert snapshot.load(SAVED[:-2] + b', "x": ' + b"9" * 100_000 + b"}", "x.json") == healthy()


def test_reading_facts_compiles_no_annotation() -> None:
    """Each that is text costs 20 us, at every check."""
    unread: list[type[msgspec.Struct]] = [Facts, Profile]
    seen: set[type[msgspec.Struct]] = set()
    while unread:
        kind = unread.pop()
        seen.add(kind)
        for annotation in kind.__annotations__.values():
            assert not isinstance(annotation, str), f"{kind.__name__}: {annotation}"
            unread += [part for part in _structs(annotation) if part not in seen]
    assert len(seen) > 30


def _structs(annotation: object) -> Iterator[type[msgspec.Struct]]:
    """Those that the annotation is made of, with those that they inherit from."""
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        yield from (base for base in annotation.__mro__[:-1] if issubclass(base, msgspec.Struct))
    for part in typing.get_args(annotation):
        yield from _structs(part)
