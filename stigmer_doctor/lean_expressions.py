"""Keeps expressions compiled from one check to the next, as `lean_modules` keeps modules.

`re` reads an expression in Python before it hands it to an engine in C: for the forty with which a check of a runner
that works matches, that is a twentieth of its processor time. What it hands over is kept. `re` has no way of its own to
do that: what is used of its inside is the same in Python 3.11 to 3.14, what is kept was compared with what `re` itself
makes, and whatever is different costs no more than time.
"""

from __future__ import annotations

import marshal
import re
import sys

TYPE_CHECKING = False  # as in `cli.main`
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import AnyStr

    Key = tuple[str | bytes, int]

_known: dict[Key, bytes] = {}
_used: set[Key] = set()


def compiled(expression: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What `re.compile` returns. Only for expressions that the project itself brings along: others could hold what
    nobody may keep."""
    key = (expression, int(flags))
    _used.add(key)
    if handed := _known.get(key):
        if found := _of(expression, handed):
            return found
        _known.pop(key, None)  # it is to be kept again
    return re.compile(expression, flags)


def _of(expression: AnyStr, handed: bytes) -> re.Pattern[AnyStr] | None:
    """None where anything is wrong with it: `re` makes a new one."""
    try:
        return sys.modules["_sre"].compile(expression, *marshal.loads(handed))  # type: ignore[no-any-return] # noqa: S302 - it has no types; read as modules are
    except Exception:  # noqa: BLE001 - as said
        return None


def use(known: Mapping[Key, bytes]) -> None:
    """Take these from now on."""
    _known.update(known)


def lacks() -> bool:
    """Whether one was compiled since that is not kept."""
    return not _used <= _known.keys()


def whole() -> dict[Key, bytes]:
    """What is to be kept: nothing for one that cannot be, so that it is not tried again."""
    return {**_known, **{key: _handed(*key) for key in _used - _known.keys()}}


def _handed(expression: str | bytes, flags: int) -> bytes:
    """What `re` hands to its engine besides the expression itself."""
    try:
        from re import _compiler, _parser  # type: ignore[attr-defined] # parts of it that are not for everybody

        parsed = _parser.parse(expression, flags)
        state = parsed.state
        names: list[str | None] = [None] * state.groups
        for name, number in state.groupdict.items():
            names[number] = name
        handed = (
            *(int(flags | state.flags), [*map(int, _compiler._code(parsed, flags))], state.groups - 1),  # noqa: SLF001 - as above
            *(dict(state.groupdict), tuple(names)),
        )
        same = sys.modules["_sre"].compile(expression, *handed) == re.compile(expression, flags)
        return marshal.dumps(handed) if same else b""
    except Exception:  # noqa: BLE001 - as in `_of`
        return b""
