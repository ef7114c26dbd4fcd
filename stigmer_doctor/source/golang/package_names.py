"""What the names of packages stand for on one operating system: functions, constants, and variables with all that is
assigned to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stigmer_doctor.source.golang.expressions import GoExpressions
from stigmer_doctor.source.golang.forms import assigning
from stigmer_doctor.source.golang.joining import joined
from stigmer_doctor.source.golang.library import sdk_constant, standard
from stigmer_doctor.source.golang.packages import Declared
from stigmer_doctor.source.golang.picking import picked, zero
from stigmer_doctor.source.golang.state import Cell, GoFrame, GoScope, GoState, Seen, either
from stigmer_doctor.source.golang.statements import Statements
from stigmer_doctor.source.golang.syntax import GoFile, Node, listed, text
from stigmer_doctor.source.golang.types import Type
from stigmer_doctor.source.golang.values import Builtin, Function, Hole, Lazy, Opaque, Value, text_of

if TYPE_CHECKING:
    from stigmer_doctor.source.golang.machine import Machine


class PackageNames:
    """Each is looked up once."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._values: dict[tuple[str, str], Value | None] = {}

    def value(self, path: str, name: str, state: GoState, seen: Seen | None) -> Value:
        """What a name of an imported package is."""
        if path == "runtime" and name == "GOOS":
            return text_of(self._machine.system)
        if path == "os/exec" and name in ("Command", "CommandContext"):
            return Builtin("os/exec.Command", name == "CommandContext")
        folder = self._machine.tree.folder_of(path)
        if folder is None:
            if (known := sdk_constant(path, name)) is not None:
                return text_of(known)
            return Opaque(hole=Hole("" if standard(path) else f"{path}.{name} is not in the tree"))
        return self._named(folder, name, state, seen) or Opaque(hole=Hole(f"{name} is not in the tree"))

    def beside(self, file: GoFile, name: str, state: GoState, seen: Seen | None) -> Value | None:
        """A constant, variable or function of the file's package."""
        return self._named(file.file.rpartition("/")[0], name, state, seen)

    def _named(self, folder: str, name: str, state: GoState, seen: Seen | None) -> Value | None:
        if (folder, name) in state.store:
            return state.store[folder, name]
        if (callee := self._machine.functions.of_package(folder, name)) is not None:
            if seen is not None:
                seen.mentioned.add(callee.key)
            results = self._machine.types.results(callee.node, callee.file)
            return Function(callee.node, callee.file, type=Type("function", results=results))
        if (folder, name) not in self._values:
            found = self._machine.functions.built(self._machine.tree.package(folder).values(name))
            self._values[folder, name] = self._global(found) if found else None
        return self._values[folder, name]

    def _global(self, found: Declared) -> Value:
        stated = self._machine.types.stated(found.node.child_by_field_name("type"), found.file)
        first = self._initial(found, stated)
        if found.node.type == "const_spec":
            return first
        touches = self._machine.tree.systems.around(found.name)
        return Lazy(lambda: self._assigned(found, first), stated or first.type, touches)

    def _initial(self, found: Declared, stated: Type | None) -> Value:
        spec = found.previous if found.node.type == "const_spec" and found.previous is not None else found.node
        values = listed(spec.child_by_field_name("value"))
        if not values:
            return zero(stated) if found.node.type == "var_spec" else Opaque(stated)
        here = GoExpressions(self._machine, found.file, GoFrame(None))
        if len(values) > found.index:
            node = values[found.index]
            if node.type in ("composite_literal", "unary_expression"):
                stated = stated or self._literal_type(node, found.file)
            touches = self._machine.tree.systems.touched(text(node).encode())
            return Lazy(lambda: here.value(node, GoScope(), GoState({})), stated, touches)
        return Lazy(lambda: picked(here.value(values[0], GoScope(), GoState({})), found.index), stated)

    def _literal_type(self, node: Node, file: GoFile) -> Type | None:
        inner = node.child_by_field_name("operand") if node.type == "unary_expression" else node
        return self._machine.types.stated(inner.child_by_field_name("type"), file) if inner is not None else None

    def _assigned(self, found: Declared, first: Value) -> Value:
        """A variable of a package, with what its functions set it to; what `init` leaves is what it begins with."""
        key, name, value = (found.folder, found.name), found.name.encode(), first
        set_to: list[Value] = []
        paths = [
            path for path in self._machine.tree.people_wrote(found.folder) if name in self._machine.tree.bytes_of(path)
        ]
        for function in self._machine.functions.holding(name, assigning(found.name), paths):
            if function.name == "init" and not function.receiver:
                value = self._after_init(function, key, value)
            elif function.node.type != "var_declaration":
                set_to += [made for cell, made in self._machine.seen(function).globals if cell == key]
        return joined([value, *set_to])

    def _after_init(self, init: Declared, key: tuple[str, str], value: Value) -> Value:
        here = Statements(self._machine, init.file, GoFrame(None))
        start: dict[Cell, Value] = {key: value}
        end = here.body(init.node, GoScope(), GoState(start))
        for _, state, _ in here.frame.returns:
            end = either(end, state)
        return end.store.get(key, value) if end is not None else value
