"""How a name stands in Go code where something may be set, called or handed on: told by the text alone.

The forms are wider than the language's: a place too many only costs the time to read it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Protocol

Form = re.Pattern[bytes]
_SPACE = rb"[ \t\r\n]*"
_SET = rb"\b[^\n]*(?:=|,[ \t\r]*(?:/[/*][^\n]*)?$)"
_MOST_KEPT = 256


class Naming(Protocol):
    """How a function is named: `x.name`, or by its `plain` name in its own package."""

    def __call__(self, function: str, *, plain: bool) -> tuple[Form, ...]: ...


def _word(name: str) -> bytes:
    """The whole name; what is searched for begins with its characters, which is fast."""
    escaped = re.escape(name.encode())
    return escaped + rb"(?<!\w" + escaped + rb")"


def stands(forms: tuple[Form, ...], body: bytes, start: int = 0, end: int | None = None) -> bool:
    return any(form.search(body, start, len(body) if end is None else end) for form in forms)


@lru_cache(_MOST_KEPT)
def setting(field: str) -> tuple[Form, ...]:
    """A field is set: `name: value` in a literal, `x.name = value`, also as one of several or an element of it."""
    name = re.escape(field.encode())
    return (re.compile(_word(field) + _SPACE + rb":"), re.compile(rb"\." + _SPACE + name + _SET, re.MULTILINE))


@lru_cache(_MOST_KEPT)
def assigning(variable: str) -> tuple[Form, ...]:
    """A variable is set, whole or in parts."""
    return (re.compile(_word(variable) + _SET, re.MULTILINE),)


@lru_cache(_MOST_KEPT)
def calling(function: str, *, plain: bool) -> tuple[Form, ...]:
    """A call `x.name(`, or by its `plain` name."""
    return (re.compile(_named(function, plain=plain) + rb"\("),)


@lru_cache(_MOST_KEPT)
def handing_on(function: str, *, plain: bool) -> tuple[Form, ...]:
    """A function is named as `x.name`, or by its `plain` name, and not called."""
    return (re.compile(_named(function, plain=plain) + rb"\b(?!\()"),)


def _named(function: str, *, plain: bool) -> bytes:
    return _word(function) if plain else rb"\." + _SPACE + re.escape(function.encode())
