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


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Server=a;Pwd=first-9;x=y", {"first-9"}),
        ('password = "with blank-9"', {"with blank-9"}),
        ("password={in-braces-9}", {"in-braces-9"}),
        ("password='in-quotes-9'", {"in-quotes-9"}),
        ("AccountKey=ab%2B9;", {"ab%2B9", "ab+9"}),
        ("user-9@host", set()),
        ("me:first-9@host", {"first-9"}),
    ],
)
def test_passwords_behind_their_names(value: str, found: set[str]) -> None:
    assert {*parts(value, listed=False)} == found


def test_only_what_is_listed_and_named_is_taken_apart() -> None:
    value = "first-one-9,second-one-9"
    assert {"first-one-9", "second-one-9"} <= {*parts(value, listed=True)}
    assert not {*parts(value, listed=False)}
    assert not {*parts(value, listed=True, named=False)}
    assert {*parts("<a>inner-9</a>", listed=True)} >= {"inner-9"}
    assert "inner-9" not in {*parts("<a>inner-9</a>", listed=True, named=False)}


@pytest.mark.parametrize(
    ("value", "named", "found"),
    [
        ('{"a": "one", "b": ["two", 3], "c": null}', True, {"one", "two", "3"}),
        ('{"token": "one", "b": ["two", 3]}', False, {"one"}),
        ('{"token_file": "one", "b": {"password": ["two"]}}', False, {"two"}),
        ('{"token_file": "one", "b": "two"}', True, {"two"}),
        ('["one"]', False, set()),
        ('"one"', True, {"one"}),
        ('"{\\"a\\": \\"one\\"}"', True, {"one", '{"a": "one"}'}),
        ("[1", True, set()),
        ("7", True, set()),
        ("[" * 6 + '"deep"' + "]" * 6, True, {"deep"}),
        ("[" * 7 + '"deep"' + "]" * 7, True, set()),
        ('{"a":' * 6 + '"deep"' + "}" * 6, True, {"deep"}),
        ('{"a":' * 7 + '"deep"' + "}" * 7, True, set()),
    ],
)
def test_leaves_of_json(value: str, *, named: bool, found: set[str]) -> None:
    leaves = {"one", "two", "3", "deep", '{"a": "one"}'}
    assert {*parts(value, listed=True, named=named)} & leaves == found


@pytest.mark.parametrize(
    ("value", "part", "is_one"),
    [
        ("name=value-9,other", "value-9", True),
        ("name=value-9,other", "other", False),
        ("first-9;second-9", "second-9", True),
        ("me:pass-9,x", "pass-9", True),
        ("me:pass-9@host,x", "pass-9@host", False),
        ("the word pass99 of it", "pass99", True),
        ("the word PASSES of it", "PASSES", False),
        ("http://h/a/long-part-9/x", "long-part-9", True),
        ("http://h/a/long-parted/x", "long-parted", False),
        ("http://h/x/short-9", "short-9", False),
        ("ab/twelve-lett9/x", "twelve-lett9", True),
        ("ab/eleven-let9/x", "eleven-let9", False),
        ("ab~twelve-lett9", "twelve-lett9", True),
        ("ab/twelve-letts/x", "twelve-letts", False),
    ],
)
def test_entries_of_lists_and_addresses(value: str, part: str, *, is_one: bool) -> None:
    assert (part in {*parts(value, listed=True)}) is is_one


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("ab%2Fcd", {"ab/cd"}),
        (b"inner-9".hex(), {"inner-9"}),
        ((b"inner" + b"\0").hex(), set()),
        (b"inner"[:5].hex(), set()),
        (base64.b64encode(b"inner-value-9\n").decode(), {"inner-value-9"}),
        (base64.b64encode(b'{\n"a": 1}').decode(), {'{\n"a": 1}'}),
        (base64.b64encode(b"-----\nabc").decode(), {"-----\nabc"}),
        (base64.b64encode(b"two\nlines").decode(), set()),
        (base64.b64encode(b"\xff\xfe inner").decode(), set()),
        (base64.urlsafe_b64encode(b"??>>??>>??>>~").decode().rstrip("="), {"??>>??>>??>>~"}),
        ("abcdabcdabcda", set()),
    ],
)
def test_what_an_encoded_secret_says(value: str, found: set[str]) -> None:
    assert {*parts(value, listed=True)} - {value, value.rstrip("=")} == found


def test_of_places_that_overlap_the_outermost_counts() -> None:
    found = [Suspect(4, 9, "a"), Suspect(0, 5, "b"), Suspect(1, 3, "c"), Suspect(9, 12, "d"), Suspect(20, 22, "e")]
    assert [(span.start, span.end) for span in outermost(found)] == [(0, 9), (9, 12), (20, 22)]
