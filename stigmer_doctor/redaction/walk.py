"""The texts in structures of facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec


def strings(value: Any) -> list[str]:
    """All texts in it, in their order."""
    found: list[str] = []
    _add((value,), found)
    return found


def _add(items: Iterable[Any], found: list[str]) -> None:
    for item in items:
        kind = type(item)
        if kind is str:
            found.append(item)
        elif kind in _NEITHER:
            continue
        elif issubclass(kind, msgspec.Struct):
            _add(msgspec.structs.astuple(item), found)
        elif isinstance(item, (tuple, list)):
            _add(item, found)
        elif isinstance(item, Mapping):
            for pair in item.items():
                _add(pair, found)


_NEITHER = frozenset({bool, int, float, type(None)})
"""Most values that hold no text: to ask whether one is a mapping takes much longer."""


def mapped(value: Any, change: Callable[[str], str]) -> Any:
    """The same structure with its strings changed."""
    if type(value) is str:
        return change(value)
    if isinstance(value, tuple):
        return tuple(mapped(item, change) for item in value)
    if isinstance(value, list):
        return [mapped(item, change) for item in value]
    if isinstance(value, Mapping):
        return {mapped(name, change): mapped(item, change) for name, item in value.items()}
    if isinstance(value, msgspec.Struct):
        before = {name: getattr(value, name) for name in value.__struct_fields__}
        after = {name: mapped(item, change) for name, item in before.items()}
        changed = {name: item for name, item in after.items() if item is not before[name]}
        return msgspec.structs.replace(value, **changed) if changed else value
    return value
