"""What in a secret is one by itself: the parts alone, without the expressions that often find them as well."""

from __future__ import annotations

import base64

import pytest

from stigmer_doctor.redaction.parts import parts
from stigmer_doctor.redaction.patterns import Suspect, outermost

BASE64 = base64.b64encode(b"inner-value-42").decode()


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("redis://user:first-9@a:6379,redis://user:second-9@b:6379", {"first-9", "second-9"}),
        ("redis://only-user-9@a:6379", {"only-user-9"}),
        ("redis://user:with%20blank@a", {"with%20blank", "with blank"}),
        ("redis://user:@a", set()),
    ],
)
def test_passwords_in_addresses(value: str, found: set[str]) -> None:
    assert {*parts(value, listed=False)} == found


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ('"quoted-one7,quoted-two7"', "quoted-one7"),
        ("'quoted-one7,quoted-two7'", "quoted-two7"),
        ('"x7"', "x7"),
        ("Bearer abc.def-7", "abc.def-7"),
        ("'Basic abc-def-7'", "abc-def-7"),
        (BASE64, "inner-value-42"),
        (BASE64.rstrip("="), "inner-value-42"),
    ],
)
def test_entries_and_what_is_encoded(value: str, part: str) -> None:
    assert part in {*parts(value, listed=True)}


@pytest.mark.parametrize("value", ["\"quoted-one7,quoted-two7'", 'quoted-one7,quoted-two7"'])
def test_a_quote_that_does_not_end_is_part_of_its_entry(value: str) -> None:
    assert not {"quoted-one7", "quoted-two7"} <= {*parts(value, listed=True)}


def test_of_places_that_overlap_the_outermost_counts() -> None:
    found = [Suspect(4, 9, "a"), Suspect(0, 5, "b"), Suspect(1, 3, "c"), Suspect(9, 12, "d"), Suspect(20, 22, "e")]
    assert [(span.start, span.end) for span in outermost(found)] == [(0, 9), (9, 12), (20, 22)]
