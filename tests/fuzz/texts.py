"""Text and bytes broken at random: words of a language moved about, and bytes that no text has."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from tests.fuzz.junk import TEXTS

_WORD = re.compile(r"\s+|\w+|.", re.DOTALL)
_MOST = 200_000
"""Characters: what is made of what was made does not grow for ever."""


def broken(raw: bytes, others: Sequence[bytes], words: Sequence[str], rng: random.Random) -> bytes:
    """The text with a few changes, most of them of whole words."""
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        change = rng.choice(_BY_BYTES if rng.random() < 0.12 else _BY_WORDS)
        other = rng.choice(others) if others else raw
        raw = change(raw, other, words, rng)[:_MOST]
    return raw


Change = Callable[[bytes, bytes, Sequence[str], random.Random], bytes]


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _raw(text: str) -> bytes:
    return text.encode(
        "utf-8", "surrogatepass" if re.search("[\ud800-\udc7f\udd00-\udfff]", text) else "surrogateescape"
    )


def _with_word(raw: bytes, other: bytes, words: Sequence[str], rng: random.Random) -> bytes:
    """A word instead of another, or between two: of the language, of another text, or anything."""
    parts = _WORD.findall(_text(raw)) or [""]
    at = rng.randrange(len(parts))
    pool = rng.choice((words, words, _WORD.findall(_text(other)) or [""], TEXTS))
    parts[at : at + rng.choice((0, 1, 1, 2))] = [rng.choice(pool)]
    return _raw("".join(parts))


def _without_words(raw: bytes, _other: bytes, _words: Sequence[str], rng: random.Random) -> bytes:
    parts = _WORD.findall(_text(raw)) or [""]
    at = rng.randrange(len(parts))
    del parts[at : at + rng.choice((1, 1, 2, 5, 20))]
    return _raw("".join(parts))


def _words_moved(raw: bytes, _other: bytes, _words: Sequence[str], rng: random.Random) -> bytes:
    parts = _WORD.findall(_text(raw)) or [""]
    first, second = rng.randrange(len(parts)), rng.randrange(len(parts))
    parts[first], parts[second] = parts[second], parts[first]
    return _raw("".join(parts))


def _line_moved(raw: bytes, other: bytes, _words: Sequence[str], rng: random.Random) -> bytes:
    """A line left out, said twice, put elsewhere, taken from another text or indented."""
    lines = _text(raw).splitlines(keepends=True) or [""]
    at = rng.randrange(len(lines))
    line = lines[at]
    match rng.randrange(5):
        case 0:
            del lines[at]
        case 1:
            lines[at:at] = [line] * rng.choice((1, 1, 3, 50))
        case 2:
            lines.insert(rng.randrange(len(lines)), lines.pop(at))
        case 3:
            lines.insert(at, rng.choice(_text(other).splitlines(keepends=True) or [""]))
        case _:
            lines[at] = f"{' ' * rng.randrange(6)}{line.lstrip(' ') if rng.random() < 0.5 else line}"
    return _raw("".join(lines))


def _spliced(raw: bytes, other: bytes, _words: Sequence[str], rng: random.Random) -> bytes:
    """The beginning of one text and the end of another."""
    mine, its = _text(raw).splitlines(keepends=True), _text(other).splitlines(keepends=True)
    return _raw("".join(mine[: rng.randint(0, len(mine))] + its[rng.randint(0, len(its)) :]))


def _nested(raw: bytes, _other: bytes, words: Sequence[str], rng: random.Random) -> bytes:
    at = rng.randint(0, len(raw))
    word = rng.choice(("[", "{", "(", "- ", "{a: ", "${A:-", "!", "*", "if x { ", "[[", "-", "not ", rng.choice(words)))
    return raw[:at] + (word * rng.choice((3, 40, 400, 3000))).encode("utf-8", "replace") + raw[at:]


def _byte_changed(raw: bytes, _other: bytes, _words: Sequence[str], rng: random.Random) -> bytes:
    at = rng.randrange(len(raw) or 1)
    return raw[:at] + rng.randbytes(rng.choice((0, 1, 1, 2, 4))) + raw[at + rng.choice((0, 1, 1, 4)) :]


def _cut(raw: bytes, _other: bytes, _words: Sequence[str], rng: random.Random) -> bytes:
    at = rng.randint(0, len(raw))
    return rng.choice((raw[:at], raw[at:]))


def _written_otherwise(raw: bytes, _other: bytes, _words: Sequence[str], rng: random.Random) -> bytes:
    """Other line ends, a mark at the beginning, another encoding."""
    return rng.choice(
        (
            raw.replace(b"\n", b"\r\n"),
            raw.replace(b"\n", b"\r"),
            b"\xef\xbb\xbf" + raw,
            _text(raw).encode("utf-16", "replace"),
            raw.rstrip(b"\n"),
            raw.replace(b" ", b"\xc2\xa0", 1),
        )
    )


_BY_WORDS: Sequence[Change] = (
    *(_with_word, _with_word, _with_word, _without_words, _words_moved, _line_moved, _line_moved, _spliced, _nested),
)
_BY_BYTES: Sequence[Change] = (_byte_changed, _byte_changed, _cut, _written_otherwise)
