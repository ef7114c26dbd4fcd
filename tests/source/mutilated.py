"""Texts in which something was broken, and what must hold of their fix."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

ARBITRARY = st.one_of(st.binary(max_size=400), st.text(max_size=400).map(str.encode))
"""Bytes, and texts, of any kind."""


@st.composite
def mutilated(draw: st.DrawFn, texts: Sequence[str], junk: Sequence[str]) -> bytes:
    """One of the texts, in which a few characters were replaced by junk at a few places."""
    text = draw(st.sampled_from(texts))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(junk)) + text[at + draw(st.integers(0, 6)) :]
    return text.encode()


def moved_lines(before: Sequence[bytes], after: Sequence[bytes], touched: set[int]) -> list[tuple[int, bytes]]:
    """The lines, with their numbers, that stand outside the diff and yet are not in the result, in their order."""
    moved, position = [], 0
    for number, line in enumerate(before, 1):
        if number in touched:
            continue
        if line in after[position:]:
            position = after.index(line, position) + 1
        else:
            moved.append((number, line))
    return moved
