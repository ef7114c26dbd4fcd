"""What is picked out of a value: an element, an entry, one of several results; and the value of what is given none."""

from __future__ import annotations

from stigmer_doctor.source.golang.joining import joined
from stigmer_doctor.source.golang.library import literal_of
from stigmer_doctor.source.golang.syntax import Node, text
from stigmer_doctor.source.golang.texts import equal
from stigmer_doctor.source.golang.types import Type
from stigmer_doctor.source.golang.values import (
    GoMap,
    GoStruct,
    Lazy,
    Listing,
    Nil,
    Opaque,
    Text,
    Truth,
    Tuple,
    Value,
    text_of,
    texts,
)


def at_index(value: Value, index: Value) -> Value:
    """An element of a list, or what a map has for a key."""
    if isinstance(value, GoMap):
        return _of_key(value, texts(index))
    if isinstance(value, Listing):
        number = literal_of(index)
        known = not any(element.spread for element in value.elements)
        if number is not None and number.isdigit() and known and len(number) < 6 and int(number) < len(value.elements):
            return value.elements[int(number)].value
        return joined(element.value for element in value.elements if not element.spread)
    under = value.type
    return Opaque(under.of if under is not None and under.kind in ("list", "map") else None)


def _of_key(value: GoMap, wanted: tuple[Text, ...]) -> Value:
    found: list[Value] = []
    for key_text in wanted:
        answers = [(entry, [equal(key_text, key) for key in texts(entry.key)]) for entry in value.entries]
        sure = [entry.value for entry, said in answers if said == [True]]
        found += sure[-1:] or [entry.value for entry, said in answers if True in said or None in said]
        if not sure:
            found.append(Opaque() if value.open else zero(value.type.of if value.type else None))
    return joined(found)


def zero(stated: Type | None) -> Value:
    """The value of a variable that is given none."""
    if stated is None:
        return Opaque()
    if stated.kind in ("list", "map"):
        return Listing((), stated) if stated.kind == "list" else GoMap((), type=stated)
    if stated.kind == "basic" and stated.name == "string":
        return text_of("")
    if stated.kind == "basic" and stated.name == "bool":
        return Truth(False, True)
    if stated.kind == "named":
        return GoStruct({}, stated)
    return Opaque(stated) if stated.kind != "function" else Nil(stated)


def picked(value: Value, index: int) -> Value:
    """One of several results."""
    if isinstance(value, Tuple):
        return value.values[index] if index < len(value.values) else Opaque()
    if isinstance(value, Lazy):
        return Lazy(lambda: picked(value.force(), index), None, value.touches)
    return value if index == 0 else Opaque()


def bound(node: Node | None) -> int | None:
    """A limit of a slice, where it is a number in the code."""
    number = text(node)
    return int(number) if number.isdecimal() and len(number) < 10 else None
