"""What of a source tree may depend on the operating system, by the text alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.source.golang.kept_texts import ASKING

if TYPE_CHECKING:
    from stigmer_doctor.source.golang.tree import GoTree

_FUNCTION = compiled_later(rb"^func[ \t]+(?:\([^)\n]*\)[ \t]*)?(\w+)", re.MULTILINE)
_VALUE = compiled_later(rb"^[ \t]*(?:const[ \t]+|var[ \t]+)?(\w+)[ \t]*(?:\w+[ \t]*)?=[^=\n]*", re.MULTILINE)
_GIVES_NOTHING = compiled_later(rb"^func[^{\n]*\)[ \t]*(?:error[ \t]*)?\{", re.MULTILINE)
_MOST_ROUNDS, _MOST_NAMES, _MOST_HOLDING = 3, 300, 40


class Touching:
    """The names of functions, constants and variables whose value may depend on the system: those that say so, those of
    files for one system, and those that use one of these. By the text alone: a name too many only costs time."""

    def __init__(self, tree: GoTree) -> None:
        self._tree, self._constrained = tree, set[str]()
        self.names = self._close({name for path in tree.asking for name in _saying(tree.bytes_of(path), [ASKING])})
        words = [ASKING, *(name.encode() for name in sorted(self.names))]
        self._words, self._any = words, re.compile(rb"\b(?:" + b"|".join(map(re.escape, words)) + rb")\b")
        self._around: dict[str, bool] = {}

    def touched(self, body: bytes) -> bool:
        return self._any.search(body) is not None

    def around(self, name: str, *, line: bool = False) -> bool:
        """Whether a function, or a line, that has the name in it also has one of these."""
        key = f"{name}\n" if line else name
        if key not in self._around:
            words = name.encode()
            self._around[key] = self._given(words) if line else words in self._functions
        return self._around[key]

    def _given(self, words: bytes) -> bool:
        """Whether one of these stands behind the words on a line that sets or calls them."""
        if words not in self._lines:
            return False
        behind = re.finditer(rb"\b" + re.escape(words) + rb"([ \t]*[:=+].*|(?<=\().*)", self._lines)
        return any(self.touched(name[1]) for name in behind)

    @cached_property
    def _functions(self) -> bytes:
        """The functions, one after the other, that have one of these in them."""
        return b"\0".join(part for body in self._bodies() for part in _chunks(body) if self.touched(part))

    @cached_property
    def _lines(self) -> bytes:
        return b"\n".join(line for line in self._functions.split(b"\n") if self.touched(line))

    def _bodies(self) -> Iterator[bytes]:
        names = [word for word in self._words if word != ASKING]
        self._tree.look_for(names)
        paths = sorted({*self._tree.asking, *(path for name in names for path in self._tree.holding(name))})
        return (self._tree.bytes_of(path) for path in paths)

    def for_one_system(self, name: str) -> bool:
        """Whether a file for one system, or a function that looks at the system, has the name in it."""
        return any(path in self._constrained for path in self._tree.naming(name)) or self.around(name)

    def _close(self, names: set[str]) -> set[str]:
        for path in self._tree.for_one_system:
            self._constrained.add(path)
            names |= _saying(self._tree.bytes_of(path), [b""])
        new = set(names)
        for _ in range(_MOST_ROUNDS):
            more: set[str] = set()
            some = sorted(new)[:_MOST_NAMES]
            self._tree.look_for(name.encode() for name in some)
            for name in some:
                holding = self._tree.holding(name.encode())
                for path in holding if len(holding) <= _MOST_HOLDING else ():
                    more |= _saying(self._tree.bytes_of(path), [name.encode()])
            new = more - names
            names |= new
        return names


def _chunks(body: bytes) -> list[bytes]:
    starts = [0, *(match.start() for match in _FUNCTION.finditer(body)), len(body)]
    return [body[start:end] for start, end in pairwise(starts)]


def _saying(body: bytes, words: list[bytes]) -> set[str]:
    """The functions that give something, and the values, in whose text one of the words is."""
    found: set[str] = set()
    for chunk in _chunks(body):
        if not any(word in chunk for word in words):
            continue
        match = _FUNCTION.match(chunk)
        if match is None:
            found |= {other[1].decode() for other in _VALUE.finditer(chunk) if any(word in other[0] for word in words)}
        elif not _GIVES_NOTHING.match(chunk) and not any(chunk.startswith(b"func " + word) for word in words if word):
            found.add(match[1].decode())
    return {name for name in found if len(name) > 2}
