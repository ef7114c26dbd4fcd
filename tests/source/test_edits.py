"""Edits as a diff, also those of a snapshot that nobody wrote."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from stigmer_doctor.model.edits import Edit, Span
from stigmer_doctor.source.edits import applied, unified


def _edit(start: int, end: int, text: str, *, column: int = 0, lines: tuple[str, ...] = ("abcdef\n",)) -> Edit:
    column = column or start + 1
    span = Span(file="a", start=start, end=end, line=1, column=column, end_line=1, end_column=column, lines=lines)
    return Edit(span=span, text=text)


@dataclass(frozen=True)
class _Case:
    edits: tuple[Edit, ...]
    diff: str


_CASES = {
    "one behind the other": _Case((_edit(0, 1, "x"), _edit(1, 2, "y")), "-abcdef\n+xycdef"),
    "overlapping": _Case((_edit(0, 3, "x"), _edit(2, 4, "y")), "-abcdef\n+xdef"),
    "in a column that there is not": _Case((_edit(0, 1, "x", column=-1),), "-abcdef\n+xbcdef"),
    "before the beginning": _Case((_edit(-3, 1, "x", column=1),), ""),
}


@pytest.mark.parametrize("name", _CASES)
def test_the_diff_shows_what_can_be_made(name: str) -> None:
    head = "--- a\n+++ a\n@@ -1 +1 @@\n"
    case = _CASES[name]
    assert unified(case.edits) == (head + case.diff if case.diff else "")


def test_edits_that_overlap_are_not_made() -> None:
    with pytest.raises(ValueError, match="overlap at a:1:3"):
        applied("abcdef", [_edit(0, 3, "x"), _edit(2, 4, "y")])


def test_the_name_of_a_file_stays_on_its_line() -> None:
    span = Span(file="a\nrm -rf x\x1b", start=0, end=1, line=1, column=1, end_line=1, end_column=1, lines=("abc\n",))
    assert unified([Edit(span=span, text="x")]).splitlines()[:2] == [r"--- a\nrm -rf x\x1b", r"+++ a\nrm -rf x\x1b"]
