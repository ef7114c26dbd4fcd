"""Methods that are called and do not exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from stigmer_doctor.model.edits import Edit
from stigmer_doctor.source.golang.imports import imports
from stigmer_doctor.source.golang.packages import Packages, Type
from stigmer_doctor.source.golang.syntax import GoFile, Node, ancestors, elements, of_type, text

_SCOPES = (
    "block", "statement_list", "function_declaration", "method_declaration", "func_literal", "source_file",
    "if_statement", "for_statement", "expression_switch_statement", "communication_case", "expression_case",
)  # fmt: skip
_DECLARING = ("short_var_declaration", "var_spec", "parameter_declaration", "range_clause", "const_spec")
_INCIDENT = ("Update", "SetPhase", "Phase", "PhaseInstalling")


class UnknownMethod(NamedTuple):
    """A call of `method` on a value of `type`, which has `members` and not this one."""

    node: Node
    receiver: str
    type: Type
    method: str
    members: tuple[str, ...]
    mend: tuple[Edit, ...]


def unknown_methods(file: GoFile, packages: Packages) -> Iterator[UnknownMethod]:
    """Calls whose receiver's type is in the tree and has no such method; silent where the type cannot be told."""
    for call in of_type(file.root, "call_expression"):
        selector = call.child_by_field_name("function")
        operand = selector.child_by_field_name("operand") if selector is not None else None
        if (
            selector is None
            or selector.type != "selector_expression"
            or operand is None
            or operand.type != "identifier"
        ):
            continue
        name, method = text(operand), selector.child_by_field_name("field")
        declared = _declaration(operand, name)
        if declared is None or method is None:  # undeclared in the file: a package, or of another file
            continue
        found = _type(declared, name, file, packages)
        wanted = packages.type(found[0], found[1]) if found and found[0] is not None else None
        members = packages.members(wanted) if wanted else None
        if wanted and members is not None and text(method) not in members:
            methods = tuple(sorted(each for each in members if each not in wanted.fields))
            mend = _incident(file, call, method, wanted, methods, packages)
            yield UnknownMethod(method, name, wanted, text(method), methods, mend)


def _declaration(use: Node, name: str) -> Node | None:
    """The nearest declaration of the name before its use, in the scopes around it."""
    below = use
    for scope in ancestors(use):
        if scope.type in _SCOPES:
            found = [each for each in _declared_in(scope, below) if name in _names(each)]
            if found:
                return found[-1]
        below = scope
    return None


def _declared_in(scope: Node, before: Node) -> Iterator[Node]:
    """Declarations of the scope itself, not of scopes inside of it, that stand before a node of it."""
    waiting = [each for each in scope.children if each.start_byte < before.start_byte or scope.type == "source_file"]
    while waiting:
        node = waiting.pop(0)
        if node.type in _DECLARING:
            yield node
        elif node.type not in _SCOPES:
            waiting = [*node.children, *waiting]


def _names(node: Node) -> list[str]:
    left = node.child_by_field_name("left")
    if left is not None:
        return [text(each) for each in left.named_children]
    return [text(each) for each in node.children_by_field_name("name")]


def _type(declared: Node, name: str, file: GoFile, packages: Packages) -> tuple[str | None, str] | None:
    """The type of a declared name, as (folder, name)."""
    stated = declared.child_by_field_name("type")
    if stated is not None:
        return packages.named(stated, file)
    right = declared.child_by_field_name("right") or declared.child_by_field_name("value")
    values = right.named_children if right is not None else []
    names = _names(declared)
    if declared.type == "range_clause" or not values:
        return None
    value = values[names.index(name)] if len(values) == len(names) else (values[0] if names[0] == name else None)
    return _type_of(value, file, packages)


def _type_of(value: Node | None, file: GoFile, packages: Packages) -> tuple[str | None, str] | None:
    """The type of `T{}`, `&T{}`, `new(T)`, `NewT()` and `pkg.NewT()`."""
    if value is None:
        return None
    if value.type == "unary_expression" and text(value.child_by_field_name("operator")) == "&":
        return _type_of(value.child_by_field_name("operand"), file, packages)
    if value.type == "composite_literal":
        return packages.named(value.child_by_field_name("type"), file)
    if value.type != "call_expression":
        return None
    function = value.child_by_field_name("function")
    if function is not None and function.type == "identifier":
        return packages.result(_folder(file), text(function))
    if function is not None and function.type == "selector_expression":
        package = text(function.child_by_field_name("operand"))
        folder = packages.folder_of(imports(file).get(package, ""), file)
        return packages.result(folder, text(function.child_by_field_name("field"))) if folder is not None else None
    return None


def _folder(file: GoFile) -> str:
    return file.file.rpartition("/")[0]


def _incident(
    file: GoFile, call: Node, method: Node, wanted: Type, methods: tuple[str, ...], packages: Packages
) -> tuple[Edit, ...]:
    """`Update(text)` of the progress display, which is `SetPhase(phase, text)`."""
    wrong, right, prefix, usual = _INCIDENT
    arguments = call.child_by_field_name("arguments")
    given = elements(arguments) if arguments is not None else []
    if text(method) != wrong or right not in methods or len(given) != 1:
        return ()
    phases = {
        text(each.child_by_field_name("name"))
        for other in packages.files(wanted.folder)
        for each in of_type(other.root, "const_spec")
    }
    qualifier = next(
        (f"{name}." for name, path in imports(file).items() if packages.folder_of(path, file) == wanted.folder), ""
    )
    if usual not in {each for each in phases if each.startswith(prefix)} or not (
        qualifier or wanted.folder == _folder(file)
    ):
        return ()
    return (
        file.edit(method.start_byte, method.end_byte, right),
        file.edit(given[0].start_byte, given[0].start_byte, f"{qualifier}{usual}, "),
    )
