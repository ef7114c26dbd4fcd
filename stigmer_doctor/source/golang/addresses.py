"""Whether an address that goes into the container is a loopback address which nobody translated for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from stigmer_doctor.model.edits import Edit
from stigmer_doctor.source.golang.docker_run import Written
from stigmer_doctor.source.golang.syntax import GoFile, Node, function_of, literal, of_type, text

_LOOPBACK = re.compile(r"(?:^|//|@)(?P<host>localhost|127\.\d+\.\d+\.\d+|\[::1\])(?=[:/]|$)")
_ALIAS = "host.docker.internal"
_SIMPLE = ("identifier",)
_MOST_STEPS, _MOST_VALUES = 4, 20


class Unresolved(NamedTuple):
    """A loopback address in `value` (a node), from `source` (a literal); `mend` passes it through the resolver."""

    value: Node
    address: str
    mend: tuple[Edit, ...]


def resolver(files: list[GoFile]) -> str:
    """The function of the package that turns this machine's address into the one for containers: it takes one string,
    gives one string, and has the alias in its body; "" where there is none."""
    for file in files:
        for function in of_type(file.root, "function_declaration"):
            result = text(function.child_by_field_name("result"))
            body = function.child_by_field_name("body")
            if result == "string" and _one_string(function) and _has_alias(body):
                return text(function.child_by_field_name("name"))
    return ""


def _one_string(function: Node) -> bool:
    parameters = function.child_by_field_name("parameters")
    declared = parameters.named_children if parameters is not None else []
    return len(declared) == 1 and text(declared[0].child_by_field_name("type")) == "string"


def _has_alias(body: Node | None) -> bool:
    return body is not None and any(
        _ALIAS in (literal(each) or "") for each in of_type(body, "interpreted_string_literal")
    )


def unresolved(written: Written, file: GoFile, files: list[GoFile], through: str) -> Unresolved | None:
    """A loopback address in the literal itself or in a name that was given one; None where it was translated, or where
    its origin is not in the package."""
    if found := _LOOPBACK.search(written.format):
        return Unresolved(written.literal, found["host"], ())
    for value in written.values[:_MOST_VALUES]:
        address = _address(value, files, through, 0)
        if address:
            mend = _wrapped(value, file, through)
            return Unresolved(value, address, mend)
    return None


def _address(value: Node, files: list[GoFile], through: str, steps: int) -> str:
    """The loopback address that the value is, "" where it is none or not known."""
    known = literal(value)
    if known is not None:
        return known if _LOOPBACK.search(known) else ""
    if value.type == "call_expression":
        return "" if text(value.child_by_field_name("function")) == through else _returned(value, files, through, steps)
    if value.type not in _SIMPLE or steps >= _MOST_STEPS:
        return ""
    found = list(_assignments(value, files))
    if any(_calls(each, through) for each in found):
        return ""
    return next((address for each in found if (address := _address(each, files, through, steps + 1))), "")


def _returned(call: Node, files: list[GoFile], through: str, steps: int) -> str:
    """What a function of the package without parameters returns."""
    name, arguments = text(call.child_by_field_name("function")), call.child_by_field_name("arguments")
    if steps >= _MOST_STEPS or arguments is None or arguments.named_child_count:
        return ""
    for file in files:
        for function in of_type(file.root, "function_declaration"):
            if text(function.child_by_field_name("name")) == name:
                values = [each.named_child(0) for each in of_type(function, "return_statement")]
                single = [each.named_child(0) for each in values if each is not None and each.named_child_count == 1]
                found = [_address(each, files, through, steps + 1) for each in single if each is not None]
                if any(found) and not _calls(function, through):
                    return next(filter(None, found))
    return ""


def _calls(node: Node, name: str) -> bool:
    return bool(name) and any(
        text(each.child_by_field_name("function")) == name for each in of_type(node, "call_expression")
    )


def _assignments(name: Node, files: list[GoFile]) -> Iterator[Node]:
    """What the name is set to in its function before it is used, else in the package."""
    function, wanted = function_of(name), text(name)
    if function is not None:
        own = [right for left, right in _set(function) if left == wanted and right.start_byte < name.start_byte]
        parameters = function.child_by_field_name("parameters")
        declared = of_type(parameters, "identifier") if parameters is not None else ()
        if own or any(text(each) == wanted for each in declared):
            yield from own
            return
    for file in files:
        for left, right in _set(file.root, at_top=True):
            if left == wanted:
                yield right


def _set(root: Node, *, at_top: bool = False) -> Iterator[tuple[str, Node]]:
    for node in of_type(root, "short_var_declaration", "assignment_statement", "const_spec", "var_spec"):
        if at_top and function_of(node) is not None:
            continue
        lefts = node.child_by_field_name("left")
        names = lefts.named_children if lefts is not None else node.children_by_field_name("name")
        rights = node.child_by_field_name("right") or node.child_by_field_name("value")
        values = rights.named_children if rights is not None else []
        if len(names) == len(values):
            yield from ((text(name), value) for name, value in zip(names, values, strict=True))


def _wrapped(value: Node, file: GoFile, through: str) -> tuple[Edit, ...]:
    if not through:
        return ()
    return (
        file.edit(value.start_byte, value.start_byte, f"{through}("),
        file.edit(value.end_byte, value.end_byte, ")"),
    )
