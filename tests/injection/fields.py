"""Every field that holds text of what is printed, found in the model's types; and how one is changed."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

import msgspec
from msgspec import inspect


class Field(NamedTuple):
    owner: type[msgspec.Struct]
    name: str

    def __str__(self) -> str:
        return f"{self.owner.__name__}.{self.name}"


def fields(*roots: type) -> tuple[Field, ...]:
    """Of these types and of all that they are made of, in the order of their names."""
    found: dict[Field, None] = {}
    known: set[type] = set()
    for root in roots:
        for struct in _structs(inspect.type_info(root), known):
            for part in struct.fields:
                if _holds_text(part.type):
                    found[Field(struct.cls, part.name)] = None
    return tuple(sorted(found, key=str))


def changed(value: Any, field: Field, change: Callable[[str], str]) -> Any:
    """The value with every text of that field changed, wherever in it such a field is."""
    if isinstance(value, msgspec.Struct):
        if field.owner not in _inside(type(value)):
            return value
        parts = {name: getattr(value, name) for name in value.__struct_fields__}
        made = {
            name: _text(part, change)
            if isinstance(value, field.owner) and name == field.name
            else changed(part, field, change)
            for name, part in parts.items()
        }
        return (
            value if all(made[name] is part for name, part in parts.items()) else msgspec.structs.replace(value, **made)
        )
    return _mapped(value, lambda part: changed(part, field, change))


@cache
def _inside(owner: type[msgspec.Struct]) -> frozenset[type]:
    """The types that it is made of, itself included."""
    return frozenset(struct.cls for struct in _structs(inspect.type_info(owner), set()))


def _text(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str) and not isinstance(value, enum.Enum):
        return change(value)
    if isinstance(value, dict):
        return {_text(key, change): _text(part, change) for key, part in value.items()}
    return _mapped(value, lambda part: _text(part, change))


def _mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    """A container with its parts changed, the same one where none was."""
    if isinstance(value, tuple | list):
        made = [change(part) for part in value]
        return value if all(new is old for new, old in zip(made, value, strict=True)) else type(value)(made)
    if isinstance(value, dict):
        parts = {key: change(part) for key, part in value.items()}
        return value if all(parts[key] is value[key] for key in value) else parts
    return value


def _structs(info: inspect.Type, known: set[type]) -> Iterator[inspect.StructType]:
    if isinstance(info, inspect.StructType):
        if info.cls in known:
            return
        known.add(info.cls)
        yield info
        for part in info.fields:
            yield from _structs(part.type, known)
    for inner in _parts(info):
        yield from _structs(inner, known)


def _parts(info: inspect.Type) -> list[inspect.Type]:
    match info:
        case inspect.UnionType():
            return list(info.types)
        case inspect.TupleType():
            return list(info.item_types)
        case inspect.DictType():
            return [info.key_type, info.value_type]
        case inspect.CollectionType():
            return [info.item_type]
    return []


def _holds_text(info: inspect.Type) -> bool:
    return isinstance(info, inspect.StrType) or any(map(_holds_text, _parts(info)))
