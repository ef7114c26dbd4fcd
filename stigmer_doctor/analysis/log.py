"""The lines of the runner's log, and what they say apart from time, logger and level."""

from __future__ import annotations

import re

import msgspec

from stigmer_doctor.model.facts import Logs

# "2026-01-22 03:26:58,001 - __main__ - ERROR - "
_PREFIX = re.compile(r"\A\s*\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\S* - \S+ - [A-Z]+ - ?")


class Line(msgspec.Struct, frozen=True):
    """A line of the log; `number` counts from 1."""

    number: int
    text: str


def since_start(logs: Logs) -> list[Line]:
    """The lines since the container's last start; all of them where the engine gave no times."""
    first = logs.before_start or 0
    return [Line(number, text) for number, text in enumerate(logs.lines[first:], first + 1)]


def message(text: str) -> str:
    """What a line says, without the time, logger and level that the runner puts before it."""
    return _PREFIX.sub("", text, count=1).strip()


def is_ruler(text: str) -> bool:
    """Whether a line says nothing: the runner frames its errors with rulers, which carry the prefix too."""
    return not any(char.isalnum() for char in message(text))
