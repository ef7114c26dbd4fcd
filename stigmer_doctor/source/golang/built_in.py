"""Calls of what Go has built in: `append`, `make`, `len`, conversions."""

from __future__ import annotations

from stigmer_doctor.source.golang.expressions import GoExpressions
from stigmer_doctor.source.golang.state import GoScope, GoState
from stigmer_doctor.source.golang.syntax import Node, unspread
from stigmer_doctor.source.golang.values import (
    Element,
    GoMap,
    GoPlace,
    GoStruct,
    Listing,
    Nil,
    Opaque,
    Value,
    hole,
    text_of,
)

_CONVERSIONS = ("string", "error", "any")
_FOR_THEIR_EFFECT = (
    "panic", "print", "println", "delete", "close", "copy", "clear", "recover", "cap", "min", "max",
)  # fmt: skip


def builtin(here: GoExpressions, name: str, given: list[Node], scope: GoScope, state: GoState) -> Value | None:
    """What such a call gives; None where nothing of that name is built in."""
    if name == "append":
        return _append(here, given, scope, state)
    if name in ("make", "new") and given:
        return _made(here, name, given[0])
    if name in _CONVERSIONS and len(given) == 1:
        return here.value(given[0], scope, state)
    if name == "len" and given:
        return _length(here.value(given[0], scope, state))
    if name in _FOR_THEIR_EFFECT:
        for argument in given:
            here.value(unspread(argument), scope, state)
        return Opaque()
    return None


def _made(here: GoExpressions, name: str, type_node: Node) -> Value:
    stated = here.machine.types.stated(type_node, here.file)
    under = here.machine.types.underlying(stated)
    if under is not None and under.kind in ("list", "map"):
        return Listing((), stated) if under.kind == "list" else GoMap((), type=stated)
    return GoStruct({}, stated) if name == "new" else Opaque(stated)


def _length(value: Value) -> Value:
    if isinstance(value, Listing) and not any(element.spread for element in value.elements):
        return text_of(str(len(value.elements)))
    return hole()


def _append(here: GoExpressions, given: list[Node], scope: GoScope, state: GoState) -> Value:
    if not given:
        return Opaque()
    head = here.value(given[0], scope, state)
    made = list(_elements(head, here.place(given[0])))
    for argument in given[1:]:
        value = here.value(unspread(argument), scope, state)
        spread = argument.type == "variadic_argument"
        made.append(Element(value, here.place(unspread(argument)), state.doubt, spread))
    return Listing(tuple(made), head.type)


def _elements(head: Value, place: GoPlace) -> tuple[Element, ...]:
    if isinstance(head, Listing):
        return head.elements
    return () if isinstance(head, Nil) else (Element(head, place, spread=True),)
