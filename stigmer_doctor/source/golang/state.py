"""What is known while a function is followed: scopes, the values of its variables, and what was seen on the way."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

import msgspec

from stigmer_doctor.source.golang.joining import join
from stigmer_doctor.source.golang.packages import Declared
from stigmer_doctor.source.golang.types import Type
from stigmer_doctor.source.golang.values import Function, GoPlace, Value

_cells = count(1)
Cell = int | tuple[str, str]
"""A variable of a function, or one of a package by its folder and name."""


class GoScope:
    """Names, each with the cell that holds its value; a block knows those of the blocks around it."""

    __slots__ = ("names", "parent")

    def __init__(self, parent: GoScope | None = None) -> None:
        self.parent, self.names = parent, dict[str, int]()

    def find(self, name: str) -> int | None:
        here: GoScope | None = self
        while here is not None:
            if name in here.names:
                return here.names[name]
            here = here.parent
        return None

    def own(self, name: str) -> int | None:
        return self.names.get(name)

    def declare(self, name: str) -> int:
        self.names[name] = next(_cells)
        return self.names[name]


class GoState(msgspec.Struct):
    """The values at one point; `doubt` where it is only reached under a condition that cannot be judged here."""

    store: dict[Cell, Value]
    doubt: bool = False

    def copy(self, *, doubt: bool = False) -> GoState:
        return GoState(dict(self.store), self.doubt or doubt)


def either(one: GoState | None, other: GoState | None) -> GoState | None:
    """After a branch: what one or the other left."""
    if one is None or other is None:
        return one or other
    store = dict(one.store)
    for cell, value in other.store.items():
        had = store.get(cell)
        if had is not value:
            store[cell] = value if had is None else join(had, value)
    return GoState(store, one.doubt and other.doubt)


class Call(NamedTuple):
    """A call that is reached. `callee` is the function of the tree that it calls, `name` how it is written."""

    place: GoPlace
    name: str
    arguments: tuple[Value, ...]
    spread: bool
    doubt: bool
    callee: Declared | None = None
    receiver: Value | None = None
    package: str = ""


class Written(NamedTuple):
    """A value that a field of a type is given."""

    type: Type
    name: str
    value: Value
    place: GoPlace
    doubt: bool


class Returned(NamedTuple):
    values: tuple[Value, ...]
    place: GoPlace
    doubt: bool


class Seen(msgspec.Struct):
    """What was reached in a function on one operating system."""

    calls: list[Call] = msgspec.field(default_factory=list)
    written: list[Written] = msgspec.field(default_factory=list)
    globals: list[tuple[tuple[str, str], Value]] = msgspec.field(default_factory=list)
    returned: list[Returned] = msgspec.field(default_factory=list)
    mentioned: set[tuple[str, int]] = msgspec.field(default_factory=set)

    def calling(self, callee: Declared) -> Iterator[Call]:
        return (call for call in self.calls if call.callee is not None and call.callee.key == callee.key)


class GoFrame(msgspec.Struct):
    """One function that is being followed. `seen` is None where it is only asked for its result."""

    seen: Seen | None
    results: tuple[Type | None, ...] = ()
    named: tuple[int, ...] = ()
    last_is_error: bool = False
    returns: list[tuple[tuple[Value, ...], GoState, GoPlace]] = msgspec.field(default_factory=list)
    breaks: list[list[GoState]] = msgspec.field(default_factory=list)
    continues: list[list[GoState]] = msgspec.field(default_factory=list)
    closures: dict[int, tuple[Function, GoState]] = msgspec.field(default_factory=dict)
    called: set[int] = msgspec.field(default_factory=set)
    error_exit: bool = True
    thorough: bool = False
    """Whether every condition is looked into: in a function that starts a container."""
