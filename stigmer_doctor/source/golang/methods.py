"""Methods that are called and do not exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from stigmer_doctor.model.edits import Edit
from stigmer_doctor.source.golang.machine import Machine
from stigmer_doctor.source.golang.state import Call
from stigmer_doctor.source.golang.syntax import GoFile, Node, elements, text
from stigmer_doctor.source.golang.tree import GoTree
from stigmer_doctor.source.golang.types import Type

_INCIDENT = ("Update", "SetPhase", "Phase", "PhaseInstalling")


class UnknownMethod(NamedTuple):
    """A call of `method` on a value of `type`, which has `members` and not this one."""

    node: Node
    receiver: str
    type: Type
    method: str
    members: tuple[str, ...]
    edits: tuple[Edit, ...]


def unknown_methods(file: GoFile, machine: Machine) -> Iterator[UnknownMethod]:
    """Calls whose receiver's type is in the tree and has no such method; silent where the type cannot be told."""
    found: dict[int, UnknownMethod] = {}
    for declared in machine.tree.functions(file):
        for call in machine.seen(declared).calls:
            made = _unknown(call, machine)
            if made is not None and call.place.file is file:
                found.setdefault(made.node.start_byte, made)
    yield from (found[name] for name in sorted(found))


def _unknown(call: Call, machine: Machine) -> UnknownMethod | None:
    kind = call.receiver.type if call.receiver is not None else None
    if call.callee is not None or kind is None or kind.kind != "named":
        return None
    selector = call.place.node.child_by_field_name("function")
    method = selector.child_by_field_name("field") if selector is not None else None
    if selector is None or method is None or call.name in machine.types.known(kind):
        return None
    members = machine.types.members(kind)
    if members is None:
        return None
    methods = tuple(
        sorted(name for name, item in members.items() if item.method is not None or _interface(kind, machine))
    )
    edits = _incident(call, method, kind, methods, machine)
    return UnknownMethod(method, text(selector.child_by_field_name("operand")), kind, call.name, methods, edits)


def _interface(kind: Type, machine: Machine) -> bool:
    return machine.types.structure(kind) is None


def _incident(call: Call, method: Node, kind: Type, methods: tuple[str, ...], machine: Machine) -> tuple[Edit, ...]:
    """`Update(text)` of the progress display, which is `SetPhase(phase, text)`."""
    wrong, right, prefix, usual = _INCIDENT
    file, arguments = call.place.file, call.place.node.child_by_field_name("arguments")
    given = elements(arguments) if arguments is not None else []
    if call.name != wrong or right not in methods or len(given) != 1 or not usual.startswith(prefix):
        return ()
    if not machine.tree.package(kind.folder).values(usual):
        return ()
    qualifier = _qualifier(file, kind.folder, machine.tree)
    if qualifier is None:
        return ()
    return (
        file.edit(method.start_byte, method.end_byte, right),
        file.edit(given[0].start_byte, given[0].start_byte, f"{qualifier}{usual}, "),
    )


def _qualifier(file: GoFile, folder: str, tree: GoTree) -> str | None:
    if file.file.rpartition("/")[0] == folder:
        return ""
    return next((f"{name}." for name, path in tree.imports(file).items() if tree.folder_of(path) == folder), None)
