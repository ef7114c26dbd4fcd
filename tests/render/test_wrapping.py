"""Lines as rich would wrap them, which is where the rules come from."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from stigmer_doctor.render.wrapping import columns, part, styled, wrap

CONSOLE = Console(width=80, _environ={})


@given(st.text(st.sampled_from("ab cd- é→✗한名\u00a0x"), max_size=60), st.integers(2, 20))
def test_words_wrap_as_rich_wraps_them(text: str, width: int) -> None:
    words = re.findall(r"\s*\S+", text)  # a first one has the spaces before it, as rich has them
    assume(all(columns(word) <= width for word in words[:1] + text.split()))  # longer ones are cut otherwise
    expected = [str(line).rstrip() for line in Text(text).wrap(CONSOLE, width, overflow="fold")]
    assert [line.rstrip() for line in wrap(text, width)] == expected


@given(st.text(max_size=60), st.integers(2, 20))
def test_nothing_is_lost_and_no_line_is_too_wide(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert not text.strip() or "".join(lines) == text
    assert all(columns(line.rstrip()) <= width for line in lines)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("BACKEND_AT=host.docker.internal:7234", ["BACKEND_AT=", "host.docker.internal:", "7234"]),
        ("http://host.docker.internal:7234", ["http://host.docker.", "internal:7234"]),
        ("a /home/dev/.stigmer/data/workspace", ["a ", "/home/dev/.stigmer/data/", "workspace"]),
        ("x" * 30, ["x" * 24, "x" * 6]),
        ("=" + "x" * 30, ["=" + "x" * 23, "x" * 7]),
    ],
)
def test_a_long_word_is_cut_where_it_has_a_part(text: str, lines: list[str]) -> None:
    assert wrap(text, 24) == lines


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("名前", 4), ("e\u0301", 1), ("🐳", 2), ("❤\ufe0f", 2)])
def test_columns_are_those_of_a_terminal(text: str, width: int) -> None:
    assert columns(text) == width


def test_a_style_ends_where_it_should() -> None:
    assert styled("FAIL  ", "bold red") == "\x1b[1;31mFAIL  \x1b[0m"
    assert styled("it", "") == "it"


@pytest.mark.parametrize(
    ("start", "end", "kept"),
    [
        (0, 5, [("abc", "bold"), ("de", "")]),
        (1, 4, [("bc", "bold"), ("d", "")]),
        (3, 5, [("de", "")]),
        (0, 3, [("abc", "bold")]),
        (5, 9, []),
    ],
)
def test_a_part_keeps_its_styles(start: int, end: int, kept: list[tuple[str, str]]) -> None:
    assert list(part([("abc", "bold"), ("de", "")], start, end)) == kept
