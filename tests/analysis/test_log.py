"""The log's lines are found in one text as they would be one by one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stigmer_doctor import profile
from stigmer_doctor.analysis.log import Line, head, is_ruler, lines_with, message, since_start
from stigmer_doctor.model.facts import Logs

KNOWN = profile.load()
EXPRESSIONS = [
    KNOWN.startup_failure,
    re.escape(KNOWN.worker_ready),
    *(expression for signature in KNOWN.signatures for expression in (signature.pattern, signature.success)),
]
PIECES = [
    "Worker ready", "All connection attempts failed", "failed to connect to all addresses", "Failed to connect to ",
    "remote host", "Failed client connect: ", "STARTUP FAILURE: ", "Configuration Error", "HTTP Request: POST x",
    "/api/", "Updated execution aex-1", " to FAILED", " ", "\n", "x",
]  # fmt: skip


@pytest.mark.parametrize("expression", [*EXPRESSIONS, "^x", "x$", "", r"x\s*x"])
@settings(max_examples=25)
@given(lines=st.lists(st.lists(st.sampled_from(PIECES), max_size=4).map("".join), max_size=8), first=st.integers(0, 3))
def test_lines_are_found_as_they_would_be_one_by_one(expression: str, lines: list[str], first: int) -> None:
    expected = [
        Line(number, text) for number, text in enumerate(lines, 1) if number > first and re.search(expression, text)
    ]
    assert lines_with(expression, Logs(lines=tuple(lines)), first) == expected


PREFIX = "2026-01-22 03:26:58,001 - root - ERROR - "


@pytest.mark.parametrize(
    ("lines", "number", "begins"),
    [
        ((f"{PREFIX}one", "two"), 1, f"{PREFIX}one"),
        ((f"{PREFIX}one", "two"), 2, f"{PREFIX}one"),
        ((f"{PREFIX}one", "two", f"{PREFIX}three", "four"), 4, f"{PREFIX}three"),
        (("one", "two", f"{PREFIX}three"), 2, ""),
        (("one", f"{PREFIX}two"), 1, ""),
        ((f"{PREFIX}one", *["more"] * 99), 100, f"{PREFIX}one"),
        ((f"{PREFIX}one", *["more"] * 100), 101, ""),
    ],
)
def test_a_line_belongs_to_the_record_that_begins_before_it(lines: tuple[str, ...], number: int, begins: str) -> None:
    assert head(Logs(lines=lines), number) == begins


def test_what_a_line_says_and_whether_it_says_anything() -> None:
    assert message(f" {PREFIX} a word ") == "a word"
    assert message("a word") == "a word"
    assert is_ruler(f"{PREFIX}======")
    assert not is_ruler(f"{PREFIX}== 1 ==")


def test_lines_since_the_start_have_their_numbers() -> None:
    lines = ("one", "two", "three")
    assert since_start(Logs(lines=lines, before_start=1)) == [Line(2, "two"), Line(3, "three")]
    assert since_start(Logs(lines=lines)) == [Line(1, "one"), Line(2, "two"), Line(3, "three")]
