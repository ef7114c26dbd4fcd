"""Values out of an engine's JSON, whatever stands there: engines and what imitates them send nulls and other types.

Each but `uncrowded` returns the empty value of its type for what it cannot take, so that it costs no more than itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, TypeGuard

_MOST_ENTRIES = 10_000
_TOO_LARGE = 2**63
_MOST_DIGITS = 10**30  # what is larger fits into no float and is nobody's measure


def mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def entries(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def mappings(value: object) -> list[Mapping[str, Any]]:
    """The objects of a list; what else is in it is left out."""
    return [item for item in entries(value) if isinstance(item, dict)]


def text(value: object) -> str:
    """A string; a number in words, as some engines give a time so."""
    if isinstance(value, str):
        return value
    return str(value) if is_number(value) else ""


def texts(value: object) -> tuple[str, ...]:
    """The strings of a list. A string alone, as old engines write a command of one word, counts as a list of it."""
    if isinstance(value, str):
        return (value,) if value else ()
    return tuple(item for item in entries(value) if isinstance(item, str))


def is_number(value: object) -> TypeGuard[float]:
    """Whether it is a finite number; JSON's true and false are none."""
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < _MOST_DIGITS


def number(value: object) -> int:
    """A whole number that fits into 64 bits. An engine writes "no limit" as one that does not."""
    return int(value) if is_number(value) and abs(value) < _TOO_LARGE else 0


def limit(value: object) -> int:
    """A limit, 0 where there is none: engines write null, 0 and -1."""
    return max(number(value), 0)


def strings(value: object) -> dict[str, str]:
    """An object with strings only; what else it holds is left out."""
    return {name: item for name, item in mapping(value).items() if isinstance(item, str)}


def pairs(value: object) -> dict[str, str]:
    """`NAME=value` entries as a mapping; an entry without "=" has the empty value."""
    split = (entry.partition("=") for entry in texts(value))
    return {name: setting for name, _, setting in split}


def uncrowded(section: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same object. Raises ValueError where something in it has so many entries that nobody's has: each is looked
    through for secrets, and may be one that is repeated elsewhere, so that none can be left out."""
    if any(len(value) > _MOST_ENTRIES for value in section.values() if isinstance(value, (list, dict))):
        raise ValueError("more entries than any engine's")
    return section
