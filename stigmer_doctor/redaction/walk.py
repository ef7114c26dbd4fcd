"""The texts in structures of facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec


def strings(value: Any) -> Iterator[str]:
    """All texts in it."""
    if type(value) is str:
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from strings(item)
    elif isinstance(value, Mapping):
        yield from strings(tuple(value.items()))
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from strings(getattr(value, name))


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
