"""The smallest case that fails in the same manner, found by leaving out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from tests.fuzz import typed
from tests.fuzz.case import Case

_WITHIN_S = 20.0
Fails = Callable[[Case], bool]


def smaller(case: Case, fails: Fails, seconds: float = _WITHIN_S) -> Case:
    """As far as that is found in the time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = next((other for other in _tried(case, until) if fails(other)), None)
        if found is None:
            break
        case = found
    return case


def _tried(case: Case, until: float) -> Iterator[Case]:
    """Each of them a little smaller, the greatest steps first."""
    for other in _smaller(case):
        if time.monotonic() > until:
            return
        if other != case:
            yield other


def _smaller(case: Case) -> Iterator[Case]:
    for path in case.files if len(case.files) > 1 else ():
        yield case._replace(files={name: raw for name, raw in case.files.items() if name != path})
    for path, raw in case.files.items():
        yield from (case.with_file(path, made) for made in (*_less_json(raw), *_less_text(raw)))


def _less_json(raw: bytes) -> Iterator[bytes]:
    """Without a part, or with less in it, the greatest parts first."""
    try:
        document = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeError):
        return
    for keys in sorted(_keys(document), key=lambda keys: -_size(typed.get(document, keys))):
        for change in (typed.drop, _emptied):
            copy = msgspec.json.decode(raw)
            change(copy, keys)
            yield msgspec.json.format(msgspec.json.encode(copy), indent=1)


def _emptied(document: Any, keys: typed.Keys) -> None:
    value = typed.get(document, keys)
    if isinstance(value, str | list | dict) and value:
        typed.put(document, keys, type(value)())


def _keys(document: Any, keys: typed.Keys = ()) -> Iterator[typed.Keys]:
    inner = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, value in inner:
        yield (*keys, key)
        yield from _keys(value, (*keys, key))


def _size(value: Any) -> int:
    return len(msgspec.json.encode(value))


def _less_text(raw: bytes) -> Iterator[bytes]:
    """Without lines, then without bytes."""
    lines = raw.splitlines(keepends=True)
    yield from (b"".join(rest) for rest in _without(lines))
    if len(raw) < 2000:
        yield from (b"".join(rest) for rest in _without([raw[at : at + 1] for at in range(len(raw))]))


def _without(parts: list[bytes]) -> Iterator[list[bytes]]:
    size = len(parts) // 2
    while size:
        yield from (parts[:at] + parts[at + size :] for at in range(0, len(parts), size))
        size //= 2
