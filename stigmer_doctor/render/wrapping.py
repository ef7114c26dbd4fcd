"""Text in lines of a terminal. As rich would wrap it, which takes as long to load as all rules."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from stigmer_doctor.lean_objects import compiled_later

Pieces = Sequence[tuple[str, str]]
"""Text, each part with its style."""

_WORD = compiled_later(r"\s*\S+\s*")
_CUTS = ("=", "/", ":.,;-_")
_EMOJI = "\ufe0f"  # makes an emoji, of two columns, of the character before it
_SGR = {
    "bold": "1",
    "green": "32",
    "bold red": "1;31",
    "bold green": "1;32",
    "bold magenta": "1;35",
}


def columns(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` columns, cut before words, and within those that are longer. Joined, they
    are the text again: spaces at their ends count for nothing."""
    lines, used = [""], 0
    for word in _WORD.findall(text):
        needed = columns(word.rstrip())
        if needed > width:
            lines += _chopped(word, width)
        elif needed > width - used:
            lines.append(word)
        else:
            lines[-1] += word
            used += columns(word)
            continue
        used = columns(lines[-1])
    return lines if lines[0] or not lines[1:] else lines[1:]


def part(pieces: Pieces, start: int, end: int) -> Iterator[tuple[str, str]]:
    """The pieces' characters from `start` to before `end`, each with its style."""
    at = 0
    for text, style in pieces:
        if kept := text[max(start - at, 0) : max(end - at, 0)]:
            yield kept, style
        at += len(text)


def styled(text: str, style: str) -> str:
    """The text in the style; "" is none."""
    return f"\x1b[{_SGR[style]}m{text}\x1b[0m" if style else text


def _chopped(word: str, width: int) -> Iterator[str]:
    """A word that is longer than a line in lines, cut where an address or a path has a part."""
    while columns(word.rstrip()) > width:
        at = _cut(word, _fitting(word, width))
        yield word[:at]
        word = word[at:]
    yield word


def _fitting(word: str, width: int) -> int:
    """How many characters of the word fit into the width: at least one."""
    used = 0
    for number, character in enumerate(word):
        used += _columns(character)
        if used > width:
            return max(number, 1)
    return len(word)


def _cut(word: str, fitting: int) -> int:
    """Where to cut the word, which has to be among the characters that fit: behind a name and its equals sign, else
    behind a part of what follows, else anywhere."""
    for marks in _CUTS:
        if at := max(word.rfind(mark, fitting // 3, fitting) for mark in marks) + 1:
            return at
    return fitting


def _columns(character: str) -> int:
    if character.isascii() or character == _EMOJI:
        return 1
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
