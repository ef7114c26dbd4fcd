"""Either of two values: what a variable can be after a branch, and what something can be that several set."""

from __future__ import annotations

from collections.abc import Iterable

from stigmer_doctor.source.golang.values import (
    Choice,
    Element,
    Function,
    GoMap,
    GoStruct,
    Lazy,
    Listing,
    Nil,
    Opaque,
    Texts,
    Truth,
    Tuple,
    Value,
    alternatives,
    distinct,
    forced,
    texts,
    touching,
)


def join(one: Value | None, other: Value | None) -> Value:  # noqa: C901 - a case for each pair of kinds
    """Either of two values."""
    if one is None or other is None or one is other:
        return one or other or Opaque()
    if isinstance(one, Lazy) or isinstance(other, Lazy):
        return Lazy(lambda: join(forced(one), forced(other)), one.type or other.type, touching(one) or touching(other))
    match one, other:
        case Texts(), Texts():
            return Texts(distinct((*one.texts, *other.texts)), one.type)
        case Truth(), Truth():
            return Truth(one.true or other.true, one.false or other.false, one.sure and other.sure)
        case Listing(), Listing():
            return Listing(_joined(one.elements, other.elements), one.type)
        case GoMap(), GoMap():
            more = tuple(entry for entry in other.entries if entry not in one.entries)
            return GoMap((*one.entries, *more), one.open or other.open, one.type)
        case Tuple(), Tuple() if len(one.values) == len(other.values):
            return Tuple(tuple(join(a, b) for a, b in zip(one.values, other.values, strict=True)))
        case (GoStruct(), GoStruct()) | (GoStruct(), Opaque()) | (Opaque(), GoStruct()):
            return _records(one, other)
        case (Nil(), Listing() | GoMap() | GoStruct() | Function()):
            return other
        case (Listing() | GoMap() | GoStruct() | Function(), Nil()):
            return one
        case (Opaque() | Nil(), Opaque() | Nil()):
            return one if isinstance(one, Opaque) and (one.hole.lost or isinstance(other, Nil)) else other
        case (Texts(), Opaque()) | (Opaque(), Texts()):
            return Texts(distinct((*texts(one), *texts(other))), one.type or other.type)
    kept: list[Value] = []
    for alternative in (*alternatives(one), *alternatives(other)):
        if not any(alternative is had for had in kept):
            kept.append(alternative)
    return Choice(tuple(kept[:64]), one.type or other.type)


def joined(values: Iterable[Value]) -> Value:
    """Any of the values; Opaque where there is none."""
    found: Value | None = None
    for value in values:
        found = value if found is None else join(found, value)
    return found or Opaque()


def _joined(one: tuple[Element, ...], other: tuple[Element, ...]) -> tuple[Element, ...]:
    """Lists with the same beginning: what one has more, then what the other has more."""
    if len(one) == len(other):
        differing = [index for index, item in enumerate(one) if item.value is not other[index].value]
        if len(differing) == 1 and _words(one[differing[0]]) and _words(other[differing[0]]):
            at = differing[0]
            doubt = one[at].doubt or other[at].doubt
            made = one[at]._replace(value=join(one[at].value, other[at].value), doubt=doubt)
            return (*one[:at], made, *one[at + 1 :])
    same = 0
    while same < len(one) and same < len(other) and one[same].value is other[same].value:
        same += 1
    had = {(id(item.value), item.place.key) for item in one[same:]}
    more = tuple(item for item in other[same:] if (id(item.value), item.place.key) not in had)
    return (*one, *more)


def _words(element: Element) -> bool:
    """Whether an element is a word that is not an option."""
    value = element.value
    return isinstance(value, Texts) and not element.spread and not any(one.shape.startswith("-") for one in value.texts)


def _records(one: Value, other: Value) -> Value:
    left = one.fields if isinstance(one, GoStruct) else {}
    right = other.fields if isinstance(other, GoStruct) else {}
    base = next((b for side in (one, other) if (b := _base(side)) is not None), None)
    names = dict.fromkeys([*left, *right])
    return GoStruct({name: join(left.get(name), right.get(name)) for name in names}, one.type or other.type, base)


def _base(value: Value) -> Value | None:
    return value.base if isinstance(value, GoStruct) else value
