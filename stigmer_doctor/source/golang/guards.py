"""Whether a place in the code is only reached on some operating systems, or under a condition nobody can judge here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stigmer_doctor.source.golang.syntax import GoFile, Node, ancestors, literal, of_type, text

_SYSTEMS = ("linux", "darwin", "windows", "macos")
_FILE_OF_A_SYSTEM = re.compile(r"_(?:linux|darwin|windows|unix)(?:_\w+)?\.go$")
_CONSTRAINT = re.compile(rb"^//\s*(?:go:build|\+build)\b[^\n]*\b(?:linux|darwin|windows|unix)\b", re.MULTILINE)
_ABOUT_NETWORKS = re.compile(r"net|host|goos|linux|mac|darwin|windows|platform|desktop|native|(?:^|_)vm", re.IGNORECASE)
_LEAVES = ("return_statement", "continue_statement", "break_statement", "goto_statement")
_MOST_STEPS = 4


class Guards:
    """The conditions of one package: its files know one another's functions and variables."""

    def __init__(self, files: list[GoFile]) -> None:
        self._files = files
        self._known: dict[str, bool] = {}

    def guarded(self, node: Node, file: GoFile) -> bool:
        """True also where the condition cannot be judged, and is about networks or systems by its name."""
        if _FILE_OF_A_SYSTEM.search(file.file) or _CONSTRAINT.search(file.body[:4096]):
            return True
        return any(self._about_the_system(each, 0) for each in _conditions(node))

    def _about_the_system(self, condition: Node, steps: int) -> bool:
        if "runtime.GOOS" in text(condition):
            return True
        if any((literal(each) or "").lower() in _SYSTEMS for each in of_type(condition, *_STRINGS)):
            return True
        names = {text(each) for each in of_type(condition, "identifier", "field_identifier")}
        if any(self._defined_by_it(name, steps) for name in names):
            return True
        return any(_ABOUT_NETWORKS.search(name) and not self._defined(name) for name in names)

    def _defined_by_it(self, name: str, steps: int) -> bool:
        if name not in self._known and steps < _MOST_STEPS:
            self._known[name] = False  # while it is looked at: a circle ends here
            self._known[name] = any(self._about_the_system(each, steps + 1) for each in self._definitions(name))
        return self._known.get(name, False)

    def _defined(self, name: str) -> bool:
        return any(True for _ in self._definitions(name))

    def _definitions(self, name: str) -> Iterator[Node]:
        """What the name is set to, and the bodies of functions of that name."""
        for file in self._files:
            for node in of_type(file.root, *_DEFINING):
                if node.type in ("function_declaration", "method_declaration"):
                    body = node.child_by_field_name("body")
                    if text(node.child_by_field_name("name")) == name and body is not None:
                        yield body
                    continue
                left = node.child_by_field_name("left") or node.child_by_field_name("name")
                right = node.child_by_field_name("right") or node.child_by_field_name("value")
                if right is not None and name in text(left).replace(",", " ").split():
                    yield right


_STRINGS = ("interpreted_string_literal", "raw_string_literal")
_DEFINING = (
    "function_declaration", "method_declaration", "short_var_declaration", "assignment_statement", "const_spec",
    "var_spec",
)  # fmt: skip


def _conditions(node: Node) -> Iterator[Node]:
    """Conditions under which the node is reached: of what is around it, and of early exits before it."""
    below = node
    for each in ancestors(node):
        match each.type:
            case "if_statement":
                if below != each.child_by_field_name("condition"):
                    yield from _parts(each, "condition", "initializer")
            case "expression_switch_statement":
                yield from _parts(each, "value", "initializer")
            case "expression_case":
                yield from _parts(each, "value")
            case "index_expression" | "keyed_element":
                yield each
            case "statement_list" | "block" | "source_file":
                yield from _early_exits(each, below)
        below = each


def _parts(node: Node, *names: str) -> Iterator[Node]:
    for name in names:
        found = node.child_by_field_name(name)
        if found is not None:
            yield found


def _early_exits(block: Node, before: Node) -> Iterator[Node]:
    """`if ... { return }` among the statements before one of a block."""
    for each in block.named_children:
        if each.start_byte >= before.start_byte:
            return
        if each.type == "if_statement" and _leaves(each.child_by_field_name("consequence")):
            yield from _parts(each, "condition", "initializer")


def _leaves(block: Node | None) -> bool:
    statements = [each for each in (block.named_children if block is not None else []) if each.type != "comment"]
    if len(statements) == 1 and statements[0].type == "statement_list":
        statements = [each for each in statements[0].named_children if each.type != "comment"]
    return bool(statements) and statements[-1].type in _LEAVES
