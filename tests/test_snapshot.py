"""A snapshot gives back the facts, and says in one line what is wrong with it otherwise."""

from __future__ import annotations

import msgspec
import pytest

from stigmer_doctor import snapshot
from stigmer_doctor.model.errors import CannotDiagnose
from tests.healthy import healthy


def test_the_facts_come_back_as_they_were() -> None:
    assert snapshot.load(snapshot.dump(healthy()), "x.json") == healthy()


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "not a snapshot, or only a part"),
        (b"hello", "not a snapshot, or only a part"),
        (b"\xff\xfe\x00", "not a snapshot, or only a part"),
        (b'{"name": "package"}', "no stigmer-doctor snapshot"),
        (b'{"schema_version": 1}', "not a snapshot that can be judged"),
        (b'{"schema_version": 99, "tool_version": "7.0"}', "upgrade stigmer-doctor"),
        (snapshot.dump(healthy())[:-200], "only a part"),
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
