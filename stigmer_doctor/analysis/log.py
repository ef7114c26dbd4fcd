"""The lines of the runner's log, and what they say apart from time, logger and level."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from itertools import accumulate

import msgspec

from stigmer_doctor.lean_objects import compiled_later, made_later
from stigmer_doctor.model.facts import Logs

# "2026-01-22 03:26:58,001 - __main__ - ERROR - "
_PREFIX = compiled_later(r"\A\s*\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\S* - \S+ - [A-Z]+ - ?")

_SPECIAL = compiled_later(r"[][.^$*+?{}()|\\]")
_LONGEST_RECORD = 100


class Line(msgspec.Struct, frozen=True):
    """A line of the log; `number` counts from 1."""

    number: int
    text: str


def lines_with(expression: str, logs: Logs, first: int = 0) -> list[Line]:
    """The lines, from the index `first` on, that the expression matches in. It sees one line at a time."""
    lines = logs.lines[first:]
    text = "\n".join(lines)
    found = {
        index for wording in _wordings(expression) if wording.may_be_in(text) for index in _found(wording, text, lines)
    }
    return [Line(first + index + 1, lines[index]) for index in sorted(found)]


class _Wording(msgspec.Struct, frozen=True):
    """An expression for one line, and for many; `literal` is it itself, where it means nothing else."""

    in_line: re.Pattern[str]
    anywhere: re.Pattern[str]
    literal: str = ""

    def may_be_in(self, text: str) -> bool:
        return self.literal in text


@lru_cache(maxsize=64)
def _wordings(expression: str) -> tuple[_Wording, ...]:
    """Expressions that together match what it does. One that begins with a text is looked for at the speed of `in`, and
    several that do not begin alike fifty times slower."""
    wordings = [expression] if re.search(r"[()\[\\]", expression) else expression.split("|")
    return tuple(
        _Wording(
            in_line=made_later(partial(re.compile, wording)),
            anywhere=made_later(partial(re.compile, wording, re.MULTILINE)),
            literal="" if _SPECIAL.search(wording) else wording,
        )
        for wording in wordings
    )


def _found(wording: _Wording, text: str, lines: Sequence[str]) -> Iterator[int]:
    """The indices of the lines in which it occurs; `text` is the lines joined."""
    starts: list[int] = []
    place = 0
    while lines and place <= len(text) and (match := wording.anywhere.search(text, place)):
        starts = starts or list(accumulate((len(line) + 1 for line in lines), initial=0))
        index = bisect_right(starts, match.start(), hi=len(lines)) - 1
        if wording.in_line.search(lines[index]):  # not over the end of a line
            yield index
        place = starts[index + 1]


def since_start(logs: Logs) -> list[Line]:
    """The lines since the container's last start; all of them where the engine gave no times."""
    first = logs.before_start or 0
    return [Line(number, text) for number, text in enumerate(logs.lines[first:], first + 1)]


def head(logs: Logs, number: int) -> str:
    """The line with which the record begins that the line of this number is of: an error may have many lines."""
    before = range(number - 1, max(number - 1 - _LONGEST_RECORD, -1), -1)
    return next((logs.lines[index] for index in before if _PREFIX.match(logs.lines[index])), "")


def message(text: str) -> str:
    """What a line says, without the time, logger and level that the runner puts before it."""
    return _PREFIX.sub("", text, count=1).strip()


def is_ruler(text: str) -> bool:
    """Whether a line says nothing: the runner frames its errors with rulers, which carry the prefix too."""
    return not any(char.isalnum() for char in message(text))
