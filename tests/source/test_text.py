"""Where something stands in a text."""

from __future__ import annotations

import pytest

from stigmer_doctor.source.text import SourceText


@pytest.mark.parametrize(
    ("start", "end", "lines"),
    [
        (0, 4, ("one\n",)),
        (0, 8, ("one\n", "two\n")),
        (0, 5, ("one\n", "two\n")),
        (4, 4, ("two\n",)),
        (8, 13, ("three",)),
    ],
)
def test_the_line_below_a_whole_one_is_not_touched(start: int, end: int, lines: tuple[str, ...]) -> None:
    source = SourceText("a.yml", b"one\ntwo\nthree", most_bytes=100)
    assert source.span(start, end).lines == lines
