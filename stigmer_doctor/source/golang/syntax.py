"""A Go file as a syntax tree, also when it does not parse; places in characters, not bytes.

The tree is tree-sitter's. Where a bracket is closed by a wrong one, the file is read as if it were right: one character
for another, so that every other place in it stays what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec
import tree_sitter
import tree_sitter_go

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.edits import Edit, Span
from stigmer_doctor.source.text import SourceText

Node = tree_sitter.Node
_TOKENS = compiled_later(
    rb"//[^\n]*|/\*.*?\*/|`[^`]*`|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])+'|(?P<bracket>[()\[\]{}])", re.DOTALL
)
_MOST_LEVELS = 300
_PAIRS = {b"(": b")", b"[": b"]", b"{": b"}"}
_language: list[tree_sitter.Language] = []


class Fault(NamedTuple):
    """Where the code stops being Go. `offset` and `end` are in bytes; `right` is the bracket that is meant, b"" where
    that is not known."""

    offset: int
    end: int
    message: str
    right: bytes = b""


class GoFile(msgspec.Struct):
    """A parsed file. `fault` is its first syntax error; the tree is then of the fixed text where there is a fix."""

    source: SourceText
    root: Node
    fault: Fault | None
    _body: bytes

    @property
    def file(self) -> str:
        return self.source.file

    def offset(self, byte: int) -> int:
        """Characters before a byte."""
        return byte if self.source.text.isascii() else len(self._body[:byte].decode("utf-8", "replace"))

    def span(self, node: Node) -> Span:
        return self.between(node.start_byte, node.end_byte)

    def between(self, start: int, end: int) -> Span:
        return self.source.span(self.offset(start), self.offset(end))

    def edit(self, start: int, end: int, text: str) -> Edit:
        """What stands between two bytes afterwards, with the file's own line ends."""
        return Edit(span=self.between(start, end), text=text.replace("\n", self.source.line_end))

    @property
    def body(self) -> bytes:
        """The text in bytes, without a byte order mark."""
        return self._body


def parse(source: SourceText) -> GoFile:
    body = source.text.encode() if source.has_bom else source.raw
    root = _parser().parse(body).root_node
    if not root.has_error:
        return GoFile(source, root, None, body)
    fault = _wrong_bracket(body)
    if fault and fault.right:
        mended = body[: fault.offset] + fault.right + body[fault.end :]
        again = _parser().parse(mended).root_node
        if not again.has_error:
            return GoFile(source, again, fault, body)
    first = _first_error(root)
    return GoFile(source, root, Fault(first.start_byte, first.end_byte, _said(first)), body)


def _parser() -> tree_sitter.Parser:
    if not _language:
        _language.append(tree_sitter.Language(tree_sitter_go.language()))
    return tree_sitter.Parser(_language[0])


def _wrong_bracket(body: bytes) -> Fault | None:
    """The first bracket that closes another kind than was opened."""
    opened: list[bytes] = []
    for match in _TOKENS.finditer(body):
        bracket = match["bracket"]
        if not bracket:
            continue
        if bracket in _PAIRS:
            opened.append(bracket)
        elif opened and _PAIRS[opened[-1]] == bracket:
            opened.pop()
        else:
            right = _PAIRS[opened[-1]] if opened else b""
            message = f"closed with {bracket.decode()}" + (f", opened with {opened[-1].decode()}" if opened else "")
            return Fault(match.start(), match.end(), message, right)
    return None


def _first_error(root: Node) -> Node:
    for node in walk(root):
        if node.is_error or node.is_missing:
            return node
    return root


def _said(node: Node) -> str:
    if node.is_missing:
        return f"{node.type} is missing"
    return "this is not Go"


# ---- reading a tree --------------------------------------------------------------------------------------------------


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, in the order of the text; without recursion."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        waiting += here.children[::-1]


def of_type(node: Node, *types: str) -> Iterator[Node]:
    return (other for other in walk(node) if other.type in types)


def ancestors(node: Node) -> Iterator[Node]:
    """From the parent up, as far as people nest: finding a parent takes longer the deeper a node stands."""
    above = node.parent
    for _ in range(_MOST_LEVELS):
        if above is None:
            return
        yield above
        above = above.parent


def text(node: Node | None) -> str:
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""


def literal(node: Node | None) -> str | None:
    """The value of a string literal without escapes; None for anything else."""
    if node is None:
        return None
    if node.type in ("literal_element", "parenthesized_expression") and node.named_child_count == 1:
        return literal(node.named_child(0))
    if node.type not in ("interpreted_string_literal", "raw_string_literal"):
        return None
    inner = text(node)[1:-1]
    return None if "\\" in inner and node.type == "interpreted_string_literal" else inner


def named(node: Node, field: str) -> list[Node]:
    """The nodes of a field, without the commas between them."""
    return [other for other in node.children_by_field_name(field) if other.is_named]


def listed(node: Node | None) -> list[Node]:
    """The expressions of a list; of one that is none, itself."""
    if node is None:
        return []
    return (
        [child for child in node.named_children if child.type != "comment"]
        if node.type == "expression_list"
        else [node]
    )


def elements(node: Node) -> list[Node]:
    """What is listed in a composite literal or an argument list, without the wrapping nodes and comments."""
    named = [child for child in node.named_children if child.type != "comment"]
    return [_inner(other) if other.type == "literal_element" else other for other in named]


def unspread(argument: Node) -> Node:
    """An argument without the `...` behind it."""
    inner = argument.named_children if argument.type == "variadic_argument" else []
    return inner[0] if inner else argument


def _inner(node: Node) -> Node:
    return node.named_children[0] if node.named_children else node
