"""In which forms a secret turns up elsewhere."""

from __future__ import annotations

import base64
import json

import pytest

from stigmer_doctor.redaction.forms import forms

SECRET = "Zq7/w&V+'9\""


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        SECRET.encode().hex(),
        base64.b64encode(SECRET.encode()).decode().rstrip("="),
        "Zq7%2Fw%26V%2B%279%22",
        "Zq7/w%26V%2B%279%22",
        "Zq7%2Fw%26V%2B'9%22",
        "Zq7%252Fw%2526V%252B%25279%2522",
        "Zq7/w&amp;V+&#x27;9&quot;",
        "Zq7/w&amp;V+'9&#34;",
        "Zq7&#47;w&#38;V&#43;&#39;9&#34;",
        "Zq7&#x2f;w&#x26;V&#x2b;&#x27;9&#x22;",
        json.dumps(SECRET)[1:-1],
        json.dumps(json.dumps(SECRET)[1:-1])[1:-1],
        "Zq7/w\\u0026V+'9\\\"",
        "Zq7/w&V+'\"'\"'9\"",
        "5a:71:37:2f:77:26:56:2b:27:39:22",
        "5a 71 37 2f 77 26 56 2b 27 39 22",
        "\\x5a\\x71\\x37\\x2f\\x77\\x26\\x56\\x2b\\x27\\x39\\x22",
        "\\132\\161\\067\\057\\167\\046\\126\\053\\047\\071\\042",
        "90, 113, 55, 47, 119, 38, 86, 43, 39, 57, 34",
        base64.b64encode(base64.b64encode(SECRET.encode())).decode().rstrip("="),
    ],
)
def test_a_secret_has_the_forms_that_programs_give_it(form: str) -> None:
    assert form in forms(SECRET)


@pytest.mark.parametrize(("before", "behind"), [("", "&"), ("m:", "&x"), ("me:", "&xy"), ("mee:", "")])
def test_what_base64_makes_of_a_secret_is_a_form_wherever_it_stands(before: str, behind: str) -> None:
    """Also as URLs have it, where the code differs."""
    for secret in ("Zq7wVt9K4", "??>>??>>??>>"):
        encoded = base64.b64encode(f"{before}{secret}{behind}".encode()).decode()
        for text in (encoded, encoded.replace("+", "-").replace("/", "_")):
            found = [form for form in forms(secret) if form in text]
            assert max(map(len, found), default=0) >= 4 * len(secret) // 3 - 1


def test_of_base64_in_the_middle_short_pieces_are_no_forms() -> None:
    assert "YWJjZGVm" in forms("abcdef")
    assert "hYmNk" not in forms("abcd")


@pytest.mark.parametrize("width", [64, 76])
def test_the_lines_of_wrapped_base64_are_forms_but_for_a_short_rest(width: int) -> None:
    def rest(length: int) -> tuple[list[str], frozenset[str]]:
        secret = "".join(chr(48 + at * 7 % 73) for at in range(length))
        encoded = base64.b64encode(secret.encode()).decode()
        return [encoded[at : at + width].rstrip("=") for at in range(0, len(encoded), width)], forms(secret)

    whole, found = rest(2 * width * 3 // 4)
    assert len(whole) == 2
    assert {*whole} <= found
    (_, eight), found = rest(width * 3 // 4 + 6)
    assert len(eight) == 8
    assert eight in found
    (_, four), found = rest(width * 3 // 4 + 3)
    assert len(four) == 4
    assert four not in found
    ((line,), found) = rest(width * 3 // 4)
    assert line in found


def test_accents_may_be_written_in_two_ways_and_a_report_has_no_control_characters() -> None:
    assert {"caf\u00e9-9", "cafe\u0301-9"} <= forms("cafe\u0301-9") & forms("caf\u00e9-9")
    assert {"caf\\u00e99", "caf\\xc3\\xa99", "caf\\xe99"} & forms("caf\u00e99") == {"caf\\u00e99", "caf\\xc3\\xa99"}
    assert {'\u00e9\\"9y', '\\u00e9\\"9y', '\\\\u00e9\\\\\\"9y'} <= forms('\u00e9"9y')
    assert {"ab\ufffdcd", "abcd"} <= forms("ab\x1bcd")
    assert {"ab\ncd", "ab\\ncd"} <= forms("ab\r\ncd")


@pytest.mark.parametrize(("length", "in_all"), [(8 * 1024, True), (8 * 1024 + 1, False)])
def test_a_long_secret_has_only_the_forms_that_are_written_without_being_asked(length: int, *, in_all: bool) -> None:
    secret = '"' + "x" * (length - 1)
    found = forms(secret)
    assert {secret, secret.encode().hex()} <= found
    assert (f"\\{secret}" in found) is in_all


def test_a_short_secret_is_looked_for_in_no_dump() -> None:
    assert "61 62 63 64" in forms("abcd")
    assert "61 62 63" not in forms("abc")
    assert forms("") == frozenset()
