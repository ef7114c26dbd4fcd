"""Calls: of the library, of functions and methods of the tree, of closures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.source.golang import library
from stigmer_doctor.source.golang.built_in import builtin
from stigmer_doctor.source.golang.expressions import GoExpressions
from stigmer_doctor.source.golang.joining import join, joined
from stigmer_doctor.source.golang.packages import Declared
from stigmer_doctor.source.golang.picking import picked
from stigmer_doctor.source.golang.state import Call, GoScope, GoState
from stigmer_doctor.source.golang.syntax import Node, elements, named, text, unspread
from stigmer_doctor.source.golang.types import STRING, Type
from stigmer_doctor.source.golang.values import (
    Builtin,
    Element,
    Function,
    GoPlace,
    GoStruct,
    Hole,
    Lazy,
    Listing,
    Opaque,
    Texts,
    Tuple,
    Value,
    alternatives,
    forced,
    hole,
    through,
)

if TYPE_CHECKING:
    from stigmer_doctor.source.golang.machine import Machine

_DECODING = compiled_later(r"Unmarshal|Decode|Scan|Bind|Parse|Load|Read|Fill|Process")
_SPLITTING = compiled_later(r"shlex|shellwords|shellquote|argv")


class Site(NamedTuple):
    """A call where it stands: its arguments as they are written and as values, and the state that it is made in."""

    here: GoExpressions
    node: Node
    given: list[Node]
    values: list[Value]
    scope: GoScope
    state: GoState

    @property
    def place(self) -> GoPlace:
        return self.here.place(self.node)

    def seen(
        self, name: str, *, callee: Declared | None = None, receiver: Value | None = None, package: str = ""
    ) -> Call:
        """What is remembered of it."""
        spread = bool(self.given) and self.given[-1].type == "variadic_argument"
        return Call(self.place, name, tuple(self.values), spread, self.state.doubt, callee, receiver, package)


def _site(here: GoExpressions, node: Node, given: list[Node], scope: GoScope, state: GoState) -> Site:
    return Site(here, node, given, [here.value(unspread(argument), scope, state) for argument in given], scope, state)


class GoCalls:
    """How calls are followed on one system."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def call(self, here: GoExpressions, node: Node, scope: GoScope, state: GoState) -> Value:
        function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        given = elements(arguments) if arguments is not None else []
        if function is None:
            return Opaque()
        while function.type == "parenthesized_expression" and function.named_child_count == 1:
            function = function.named_children[0]
        match function.type:
            case "identifier":
                return self._by_name(here, node, function, given, scope, state)
            case "selector_expression":
                return self._selected(here, node, function, given, scope, state)
        value = here.value(function, scope, state)
        return self.apply(_site(here, node, given, scope, state), value)

    # ---- a plain name ------------------------------------------------------------------------------------------------

    def _by_name(
        self, here: GoExpressions, node: Node, function: Node, given: list[Node], scope: GoScope, state: GoState
    ) -> Value:
        name, machine = text(function), self._machine
        cell = scope.find(name)
        if cell is not None:
            site = _site(here, node, given, scope, state)
            result = self.apply(site, state.store.get(cell, Opaque()), name)
            if node.parent is not None and node.parent.type == "expression_statement":
                self._optioned(name, given, scope, state)
            return result
        callee = machine.functions.beside(here.file, name)
        if callee is None and (made := builtin(here, name, given, scope, state)) is not None:
            return made
        site = _site(here, node, given, scope, state)
        if callee is None:
            stated = machine.types.stated_name(name, here.file)
            if stated is not None and site.values:  # a conversion
                return site.values[0]
            value = machine.names.beside(here.file, name, state, None)
            return self.apply(site, value or Opaque(hole=Hole(f"{name}() is not in the tree")), name)
        return self._into(site, callee)

    # ---- a name with a point -----------------------------------------------------------------------------------------

    def _selected(
        self, here: GoExpressions, node: Node, function: Node, given: list[Node], scope: GoScope, state: GoState
    ) -> Value:
        operand, name = function.child_by_field_name("operand"), text(function.child_by_field_name("field"))
        path = here.package(operand, scope)
        if path is not None:
            return self._of_package(_site(here, node, given, scope, state), path, name)
        receiver = here.value(operand, scope, state)
        site = _site(here, node, given, scope, state)
        if name == "Replace" and (replacer := _replacer(receiver)) is not None:
            return library.replaced_by(replacer, site.values, site.place)
        found = self._machine.types.member(receiver.type, name)
        if found is not None and found.method is not None:
            return self._into(site, found.method, receiver, operand)
        here.observe(site.seen(name, receiver=receiver))
        if found is not None:
            if found.type is not None and isinstance(receiver, GoStruct) and name in receiver.fields:
                return self.apply(site, receiver.fields[name], name)
            return self._results(found.type, f"{name}()")
        self._changed(name, given, scope, state)
        known_outside = receiver.type is not None and receiver.type.kind == "outside"
        standard = known_outside and library.standard(receiver.type.folder)
        if isinstance(receiver, GoStruct) and name in receiver.fields:
            return self.apply(site, receiver.fields[name], name)
        return Opaque(hole=Hole("" if standard else f"{name}() is not in the tree"))

    def _of_package(self, site: Site, path: str, name: str) -> Value:
        folder, values = self._machine.tree.folder_of(path), site.values
        if folder is not None:
            callee = self._machine.functions.of_package(folder, name)
            if callee is not None:
                return self._into(site, callee)
            stated = self._machine.types.stated_in(folder, name)
            return values[0] if stated is not None and values else Opaque(hole=Hole(f"{name}() is not in the tree"))
        site.here.observe(site.seen(name, package=path))
        self._changed(name, site.given, site.scope, site.state)
        if path == "os/exec" and name in ("Command", "CommandContext"):
            return self._command(site, skip=name == "CommandContext")
        if _SPLITTING.search(path) and name in ("Split", "Parse", "Fields", "ToArgv") and values:
            return Tuple((library.called("strings.Fields", values[:1], site.place) or Opaque(), Opaque()))
        if name == "NetworkMode" and len(values) == 1:  # a type of Docker's own library
            return values[0]
        made = library.called(f"{path}.{name}", values, site.place)
        if made is not None:
            return made
        return Opaque(hole=Hole("" if library.standard(path) else f"{path}.{name}() is not in the tree"))

    @staticmethod
    def _command(site: Site, *, skip: bool) -> Value:
        made = [
            Element(value, site.here.place(unspread(node)), site.state.doubt, node.type == "variadic_argument")
            for node, value in zip(site.given, site.values, strict=True)
        ]
        listed = Listing(tuple(made[skip:]), Type("list", of=STRING))
        return GoStruct({"Args": listed}, Type("outside", "os/exec", "Cmd"))

    def _changed(self, name: str, given: list[Node], scope: GoScope, state: GoState) -> None:
        """A variable that is handed to somebody else to be filled."""
        for argument in given:
            inner = argument.child_by_field_name("operand") if argument.type == "unary_expression" else argument
            cell = scope.find(text(inner)) if inner is not None and inner.type == "identifier" else None
            had = state.store.get(cell) if cell is not None else None
            if cell is None or had is None or not (argument.type == "unary_expression" or _DECODING.search(name)):
                continue
            if isinstance(had, GoStruct) or (argument.type == "unary_expression" and not isinstance(had, Lazy)):
                state.store[cell] = Opaque(had.type)

    # ---- into the tree -----------------------------------------------------------------------------------------------

    def _into(self, site: Site, callee: Declared, receiver: Value | None = None, operand: Node | None = None) -> Value:
        machine, scope, state = self._machine, site.scope, site.state
        call = site.seen(callee.name, callee=callee, receiver=receiver)
        site.here.observe(call)
        values, place = site.values, site.place
        if self._changes(callee, receiver, site.given):
            outcome = machine.inline(callee, receiver, values, call.spread)
            self._write_back(outcome.receiver, operand, scope, state)
            for pair, final in zip(site.given, outcome.parameters, strict=False):
                if pair.type == "unary_expression":
                    self._write_back(final, pair.child_by_field_name("operand"), scope, state)
            return through(outcome.value, place)
        results = machine.types.results(callee.node, callee.file)
        touches = machine.touches(callee)
        shared = Lazy(
            lambda: through(machine.inline(callee, receiver, values, call.spread).value, place), None, touches
        )
        if len(results) > 1:
            return Tuple(tuple(_typed(picked(shared, index), made) for index, made in enumerate(results)))
        return _typed(shared, results[0] if results else None)

    @staticmethod
    def _changes(callee: Declared, receiver: Value | None, given: list[Node]) -> bool:
        """Whether the function changes what it is called on, or what it is handed the address of."""
        if any(
            argument.type == "unary_expression"
            and text(argument).startswith("&")
            and argument.named_children[0].type == "identifier"
            for argument in given
        ):
            return True
        if not isinstance(receiver, (GoStruct, Lazy)):
            return False
        name = next((text(node) for listed in _receivers(callee) for node in named(listed, "name")), "")
        body = callee.file.body[callee.node.start_byte : callee.node.end_byte]
        return bool(name) and re.search(rb"\b%s\.[\w.]+(?:\[[^\]]*\])?\s*\+?=[^=]" % name.encode(), body) is not None

    @staticmethod
    def _write_back(final: Value | None, operand: Node | None, scope: GoScope, state: GoState) -> None:
        cell = scope.find(text(operand)) if operand is not None and operand.type == "identifier" else None
        if final is not None and cell is not None:
            state.store[cell] = final

    def apply(self, site: Site, value: Value, name: str = "") -> Value:
        """A call of what is a function only by its value."""
        here, values, state = site.here, site.values, site.state
        found = list(alternatives(value)) if not isinstance(value, Opaque) else [value]
        here.observe(site.seen(name))
        functions = [value for value in found if isinstance(value, Function)]
        if len(found) == 1 and functions:
            here.frame.called.add(functions[0].node.id)
            made = self._machine.enter(here, functions[0], values, state)
            return through(made, site.place)
        if len(found) == 1 and isinstance(found[0], Builtin) and found[0].name == "os/exec.Command":
            return self._command(site, skip=bool(found[0].data))
        for function in functions:
            here.frame.called.add(function.node.id)
        results = [self._machine.enter(here, function, values, state.copy()) for function in functions]
        if results and len(results) == len(found):
            return joined(results)
        return self._results(value.type, f"{name or 'what is called'}()")

    @staticmethod
    def _optioned(name: str, given: list[Node], scope: GoScope, state: GoState) -> None:
        """A struct that is handed to a function that only a variable holds, for its effect: it may set each field."""
        lost = hole(f"{name}() may set it")
        for argument in given:
            inner = argument.child_by_field_name("operand") if argument.type == "unary_expression" else argument
            cell = scope.find(text(inner)) if inner is not None and inner.type == "identifier" else None
            had = state.store.get(cell) if cell is not None else None
            if cell is not None and isinstance(had, GoStruct):
                fields = {key: join(one, lost) if isinstance(one, Texts) else one for key, one in had.fields.items()}
                state.store[cell] = GoStruct(fields, had.type, had.base)

    @staticmethod
    def _results(stated: Type | None, what: str) -> Value:
        results = stated.results if stated is not None and stated.kind == "function" else ()
        lost = Hole(f"{what} cannot be followed")
        if len(results) > 1:
            return Tuple(tuple(Opaque(result, lost) for result in results))
        return Opaque(results[0] if results else None, lost)


def _receivers(callee: Declared) -> list[Node]:
    receiver = callee.node.child_by_field_name("receiver")
    return receiver.named_children if receiver is not None else []


def _typed(value: Value, stated: Type | None) -> Value:
    if isinstance(value, Lazy):
        value.type = stated or value.type
    return value


def _replacer(receiver: Value) -> Builtin | None:
    value = forced(receiver) if receiver.type is None else receiver
    return value if isinstance(value, Builtin) and value.name == "replacer" else None
