"""A document changed where its types allow it, and where they do not."""

from __future__ import annotations

import contextlib
import copy
import random
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from msgspec import inspect

from tests.fuzz.junk import FLOATS, NUMBERS, OTHERS, TEXTS

Keys = tuple[str | int, ...]
_DEEPEST = 6
_SIMPLE: dict[type, Sequence[Any]] = {
    inspect.StrType: TEXTS,
    inspect.BoolType: (True, False),
    inspect.IntType: NUMBERS,
    inspect.FloatType: FLOATS,
}


class Site(NamedTuple):
    """A place in a document, and the type of what belongs there."""

    keys: Keys
    type: inspect.Type


def sites(value: Any, info: inspect.Type, keys: Keys = ()) -> Iterator[Site]:
    """Every place in it, but for the whole."""
    for key, part, part_info in _inner(value, info):
        yield Site((*keys, key), part_info)
        yield from sites(part, part_info, (*keys, key))


def changed(document: Any, info: inspect.Type, others: list[Any], rng: random.Random) -> Any:
    """The document with a few places changed; `others` are of the same type."""
    made = copy.deepcopy(document)
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        found = list(sites(made, info))
        if found:
            _change(made, rng.choice(found), others, rng)
    return made


def _change(document: Any, site: Site, others: list[Any], rng: random.Random) -> None:
    kind = rng.random()
    old = get(document, site.keys)
    if kind < 0.06:
        put(document, site.keys, rng.choice(OTHERS))
    elif kind < 0.1:
        drop(document, site.keys)
    elif kind < 0.3 and others and (taken := get(rng.choice(others), site.keys)) is not None:
        put(document, site.keys, copy.deepcopy(taken))
    elif kind < 0.5 and isinstance(old, list) and old:
        put(document, site.keys, _reordered(old, rng))
    elif kind < 0.75 and isinstance(old, str) and old:
        put(document, site.keys, _respelled(old, rng))
    else:
        put(document, site.keys, generated(site.type, rng))


def _reordered(old: list[Any], rng: random.Random) -> list[Any]:
    made = list(old)
    match rng.randrange(4):
        case 0:
            del made[rng.randrange(len(made))]
        case 1:
            made += [copy.deepcopy(rng.choice(made)) for _ in range(rng.choice((1, 2, 100)))]
        case 2:
            rng.shuffle(made)
        case _:
            made = made[:1]
    return made


def _respelled(old: str, rng: random.Random) -> str:
    at = rng.randint(0, len(old))
    junk = rng.choice(TEXTS)
    return rng.choice(
        (old[:at] + junk + old[at:], old[:at] + junk, junk + old[at:], old[::-1], old * 2, old.swapcase())
    )


def generated(info: inspect.Type, rng: random.Random, depth: int = 0) -> Any:
    """Anything of that type, as it stands in JSON."""
    match info:
        case inspect.EnumType():
            return rng.choice([member.value for member in info.cls])
        case inspect.UnionType():
            return generated(rng.choice(info.types), rng, depth)
        case inspect.DictType():
            return {rng.choice(TEXTS): generated(info.value_type, rng, depth + 1) for _ in _some(rng, depth)}
        case inspect.TupleType():
            return [generated(part, rng, depth + 1) for part in info.item_types]
        case inspect.CollectionType():
            return [generated(info.item_type, rng, depth + 1) for _ in _some(rng, depth)]
        case inspect.StructType():
            return _struct(info, rng, depth)
    return rng.choice(_SIMPLE.get(type(info), (None,)))


def _some(rng: random.Random, depth: int) -> range:
    return range(0 if depth > _DEEPEST else rng.choice((0, 1, 1, 2, 5)))


def _struct(info: inspect.StructType, rng: random.Random, depth: int) -> dict[str, Any]:
    parts = [part for part in info.fields if part.required or rng.random() < 0.5]
    made = {part.encode_name: generated(part.type, rng, depth + 1) for part in parts}
    return made if info.tag_field is None else {info.tag_field: info.tag, **made}


# ---- keys ------------------------------------------------------------------------------------------------------------


def get(document: Any, keys: Keys) -> Any:
    """None where there is no such place."""
    for key in keys:
        try:
            document = document[key]
        except (KeyError, IndexError, TypeError):
            return None
    return document


def put(document: Any, keys: Keys, value: Any) -> None:
    """Where there is such a place."""
    with contextlib.suppress(LookupError, TypeError):
        get(document, keys[:-1])[keys[-1]] = value


def drop(document: Any, keys: Keys) -> None:
    del get(document, keys[:-1])[keys[-1]]


# ---- types -----------------------------------------------------------------------------------------------------------


def _inner(value: Any, info: inspect.Type) -> Iterator[tuple[str | int, Any, inspect.Type]]:
    """The parts of a value with their types."""
    info = _fitting(value, info)
    if isinstance(info, inspect.StructType) and isinstance(value, dict):
        types = {part.encode_name: part.type for part in info.fields}
        yield from ((name, part, types[name]) for name, part in value.items() if name in types)
    elif isinstance(info, inspect.DictType) and isinstance(value, dict):
        yield from ((name, part, info.value_type) for name, part in value.items())
    elif isinstance(info, inspect.TupleType) and isinstance(value, list):
        yield from ((at, part, inner) for at, (part, inner) in enumerate(zip(value, info.item_types, strict=False)))
    elif isinstance(info, inspect.CollectionType) and isinstance(value, list):
        yield from ((at, part, info.item_type) for at, part in enumerate(value))


def _fitting(value: Any, info: inspect.Type) -> inspect.Type:
    """Of a union, what the value is."""
    if not isinstance(info, inspect.UnionType):
        return info
    kinds: tuple[type, ...]
    kinds = (
        (inspect.StructType, inspect.DictType)
        if isinstance(value, dict)
        else (inspect.CollectionType, inspect.TupleType)
    )
    fitting = [part for part in info.types if isinstance(part, kinds)]
    tagged = [part for part in fitting if isinstance(part, inspect.StructType) and _has_tag(value, part)]
    return next(iter([*tagged, *fitting]), info)


def _has_tag(value: Any, info: inspect.StructType) -> bool:
    return isinstance(value, dict) and info.tag_field is not None and value.get(info.tag_field) == info.tag
