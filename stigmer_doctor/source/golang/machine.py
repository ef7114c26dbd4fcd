"""The resolver: what the expressions of a source tree are on one operating system.

A function is followed from its first statement to its last. Conditions on the system are decided, everything else goes
both ways. What a function is called with comes from its callers, what a field is from everybody who sets it; both are
looked for only when somebody asks. Every answer is found once, and depends on the text of the tree alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from stigmer_doctor.source.golang.calls import GoCalls
from stigmer_doctor.source.golang.expressions import GoExpressions
from stigmer_doctor.source.golang.forms import calling, handing_on, setting
from stigmer_doctor.source.golang.functions import GoFunctions
from stigmer_doctor.source.golang.joining import joined
from stigmer_doctor.source.golang.library import standard
from stigmer_doctor.source.golang.package_names import PackageNames
from stigmer_doctor.source.golang.packages import Declared
from stigmer_doctor.source.golang.picking import zero
from stigmer_doctor.source.golang.state import Call, GoFrame, GoScope, GoState, Seen, Written, either
from stigmer_doctor.source.golang.statements import Statements
from stigmer_doctor.source.golang.syntax import text
from stigmer_doctor.source.golang.tree import GoTree
from stigmer_doctor.source.golang.types import Type, Types, receiver_of
from stigmer_doctor.source.golang.values import (
    Choice,
    Element,
    Function,
    GoPlace,
    GoStruct,
    Hole,
    Lazy,
    Listing,
    Opaque,
    Value,
    alternatives,
    doubtful,
    forced,
    through,
)

_MOST_STEPS, _MOST_DEPTH, _MOST_LEVELS = 150_000, 300, 24


class CallOutcome(msgspec.Struct, frozen=True):
    """What a call gives, and what it made of its receiver and of its parameters."""

    value: Value
    receiver: Value | None = None
    parameters: tuple[Value, ...] = ()


class Machine:
    """The tree on one system ("linux", "darwin", "windows"). `starting` are functions to look into thoroughly."""

    def __init__(self, tree: GoTree, system: str, starting: frozenset[tuple[str, int]] = frozenset()) -> None:
        self._starting = starting
        self.tree, self.system = tree, system
        self.types, self.functions = Types(tree, system), GoFunctions(tree, system)
        self.calls, self.names = GoCalls(self), PackageNames(self)
        self._steps, self._depth, self._level = _MOST_STEPS, 0, 0
        self._active: set[tuple[str, int]] = set()
        self._seen: dict[tuple[str, int], Seen] = {}
        self._fields: dict[tuple[Type, str], Value] = {}
        self._parameters: dict[tuple[tuple[str, int], int], Value] = {}

    def goes_on(self) -> bool:
        self._steps -= 1
        return self._steps > 0

    def enters(self) -> bool:
        """One expression in another; False where it is too deep to be followed."""
        self._steps -= 1
        if self._steps <= 0 or self._depth >= _MOST_DEPTH:
            return False
        self._depth += 1
        return True

    def leaves(self) -> None:
        self._depth -= 1

    # ---- following functions -----------------------------------------------------------------------------------------

    def seen(self, declared: Declared) -> Seen:
        """What is reached in a function of the tree, whoever calls it."""
        if declared.key not in self._seen:
            self._seen[declared.key] = made = Seen()
            frame = GoFrame(made, self.types.results(declared.node, declared.file))
            frame.thorough = declared.key in self._starting
            here = Statements(self, declared.file, frame)
            if declared.node.type == "var_declaration":
                state = GoState({})
                here.declarations(declared.node, GoScope(), state)
                made.globals += [(("", ""), value) for value in state.store.values()]
            else:
                self._follow(here, declared, None, None, spread=False)
            here.rest()
        return self._seen[declared.key]

    def inline(self, callee: Declared, receiver: Value | None, values: list[Value], spread: bool) -> CallOutcome:
        """A call of a function of the tree with these arguments."""
        if callee.key in self._active or self._level >= _MOST_LEVELS or not self.goes_on():
            results = self.types.results(callee.node, callee.file)
            return CallOutcome(Opaque(results[0] if results else None))
        self._active.add(callee.key)
        self._level += 1
        try:
            frame = GoFrame(None, self.types.results(callee.node, callee.file))
            return self._follow(Statements(self, callee.file, frame), callee, receiver, values, spread=spread)
        finally:
            self._level -= 1
            self._active.discard(callee.key)

    def _follow(
        self, here: Statements, callee: Declared, receiver: Value | None, values: list[Value] | None, *, spread: bool
    ) -> CallOutcome:
        scope, state = GoScope(), GoState({})
        name, type_name = receiver_of(callee.node)
        own: int | None = None
        if type_name:
            own = scope.declare(name or "_")
            state.store[own] = receiver or Opaque(Type("named", callee.folder, type_name))
        cells = []
        for index, (parameter, stated, variadic) in enumerate(self.types.parameters(callee.node, callee.file)):
            cells.append(scope.declare(parameter))
            state.store[cells[-1]] = (
                self._parameter(callee, index, stated, variadic)
                if values is None
                else _argument(values, index, stated, variadic, spread, GoPlace(callee.file, callee.node))
            )
        end = here.body(callee.node, scope, state)
        return self._outcome(here, end, own, cells)

    def _outcome(self, here: Statements, end: GoState | None, own: int | None, cells: list[int]) -> CallOutcome:
        last = end
        for _, state, _ in here.frame.returns:
            last = either(last, state) if last is not None else state
        final = last.store if last is not None else {}
        parameters = tuple(final.get(cell, Opaque()) for cell in cells)
        return CallOutcome(here.result(), final.get(own) if own is not None else None, parameters)

    def enter(self, here: GoExpressions, function: Function, values: list[Value], state: GoState) -> Value:
        """A call of a closure, in the scopes that it was written in; or of a function that was handed on."""
        key = (function.file.file, function.node.start_byte)
        if key in self._active or self._level >= _MOST_LEVELS or not self.goes_on():
            return Opaque()
        if function.scope is None:
            name = text(function.node.child_by_field_name("name"))
            declared = Declared(name, function.node, function.file)
            return self.inline(declared, function.receiver, values, False).value
        self._active.add(key)
        self._level += 1
        try:
            frame = GoFrame(here.frame.seen, self.types.results(function.node, function.file))
            inner = Statements(self, function.file, frame)
            scope = GoScope(function.scope)
            for index, (name, stated, variadic) in enumerate(self.types.parameters(function.node, function.file)):
                place = GoPlace(function.file, function.node)
                state.store[scope.declare(name)] = _argument(values, index, stated, variadic, False, place)
            end = inner.body(function.node, scope, state.copy())
            for _, left, _ in frame.returns:
                end = either(end, left)
            if end is not None:
                state.store = end.store
            inner.rest()
            return inner.result()
        finally:
            self._level -= 1
            self._active.discard(key)

    def touches(self, callee: Declared) -> bool:
        """Whether what a function gives may depend on the system."""
        return callee.name in self.tree.systems.names

    def _may_touch(self, name: str, stated: Type | None) -> bool:
        """Whether a field or parameter of this type may be given what depends on the system, where the name stands."""
        if stated is None or stated.kind != "basic" or stated.name not in ("bool", "string"):
            return False
        return self.tree.systems.around(name, line=stated.name == "string")

    # ---- fields ------------------------------------------------------------------------------------------------------

    def field(self, value: Value, name: str, place: GoPlace) -> Value:
        """What `value.name` is: of a struct that is known here, else what anybody sets that field to."""
        if isinstance(value, GoStruct) and name in value.fields:
            return value.fields[name]
        member = self.types.member(value.type, name)
        if isinstance(value, Lazy):
            stated = member.type if member else None
            return Lazy(lambda: self._forced_field(value, name, place), stated, value.touches)
        if isinstance(value, Choice):
            return joined(self.field(alternative, name, place) for alternative in alternatives(value))
        if member is not None and member.method is not None:
            return Function(member.method.node, member.method.file, value)
        if isinstance(value, GoStruct):
            if value.base is not None:
                return self.field(value.base, name, place)
            found = _promoted(value, name)
            if found is not None or value.type is not None:
                return found or (zero(member.type) if member else Opaque())
        if member is None:
            library = value.type is not None and value.type.kind == "outside" and standard(value.type.folder)
            lost = value.hole.lost if isinstance(value, Opaque) else ""
            return Opaque(hole=Hole("" if library else lost))
        owner, stated = member.owner, member.type
        touches = self._may_touch(name, stated)
        return Lazy(lambda: through(self._set_by_anybody(owner, name, stated), place), stated, touches)

    def _forced_field(self, value: Lazy, name: str, place: GoPlace) -> Value:
        found = value.force()
        if isinstance(found, Opaque) and found.type is None:
            found = Opaque(value.type, found.hole)
        return self.field(found, name, place)

    def _set_by_anybody(self, owner: Type, name: str, stated: Type | None) -> Value:
        key = (owner, name)
        if key not in self._fields:
            self._fields[key] = Opaque(stated)  # while it is looked for: a field that is set from itself
            found = [write.value for write in self._writes(owner, name)]
            self._fields[key] = joined(found) if found else Opaque(stated)
        return self._fields[key]

    def _writes(self, owner: Type, name: str) -> Iterator[Written]:
        words = name.encode()
        for function in self.functions.holding(words, setting(name), self.tree.naming(name)):
            for write in self.seen(function).written:
                if write.name == name and write.type == owner:
                    value = doubtful(write.value) if write.doubt else write.value
                    yield write._replace(value=through(value, write.place))

    # ---- callers -----------------------------------------------------------------------------------------------------

    def callers(self, callee: Declared) -> Iterator[tuple[Declared, Call]]:
        """Who calls a function, at places that are reached on this system."""
        for function in self.functions.naming(callee, f"{callee.name}(".encode(), calling):
            if function.key != callee.key:
                for call in self.seen(function).calling(callee):
                    yield function, call

    def mentioned(self, wanted: Declared) -> bool:
        """Whether a function is handed on as a value."""
        found = self.functions.naming(wanted, wanted.name.encode(), handing_on)
        return any(wanted.key in self.seen(function).mentioned for function in found)

    def _parameter(self, callee: Declared, index: int, stated: Type | None, variadic: bool) -> Value:
        key = (callee.key, index)
        if key not in self._parameters:
            touches = self._may_touch(f"{callee.name}(", stated)
            self._parameters[key] = Lazy(lambda: self._from_callers(callee, index, stated, variadic), stated, touches)
        return self._parameters[key]

    def _from_callers(self, callee: Declared, index: int, stated: Type | None, variadic: bool) -> Value:
        found = []
        for _, call in self.callers(callee):
            value = _argument(list(call.arguments), index, stated, variadic, call.spread, call.place)
            found.append(through(value, call.place))
        if not found:
            return Opaque(stated, Hole(f"nobody in the tree calls {callee.name}() here"))
        return joined(forced(function) for function in found)


def _argument(
    values: list[Value], index: int, stated: Type | None, variadic: bool, spread: bool, place: GoPlace
) -> Value:
    if not variadic:
        return values[index] if index < len(values) else Opaque(stated)
    if spread and index == len(values) - 1:
        return values[index]
    return Listing(tuple(Element(value, place) for value in values[index:]), stated)


def _promoted(value: GoStruct, name: str) -> Value | None:
    """A field of an embedded struct."""
    for inner in value.fields.values():
        if isinstance(inner, GoStruct) and name in inner.fields:
            return inner.fields[name]
    return None
