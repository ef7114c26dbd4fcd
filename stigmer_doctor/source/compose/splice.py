"""Smallest edits of a YAML text: a scalar replaced, an entry removed or added. What surrounds them stays as it is.

Every function gives None where an edit in place cannot be right; nothing here knows what a compose file is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

import yaml

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.edits import Edit
from stigmer_doctor.source.compose.document import Document
from stigmer_doctor.source.compose.nodes import Alias, MappingNode, Node, Scalar, Sequence

_PLAIN = compiled_later(r"[A-Za-z0-9_./][A-Za-z0-9_./:@=+%$~-]*")
_TAIL = compiled_later(r"[ \t]*(?:#.*)?")
_STEP = 2
_resolver = yaml.SafeLoader("")


def last(node: Node) -> int:
    """The offset after the node's last character; the marks of block nodes lie beyond it."""
    match node:
        case MappingNode(flow=False, entries=entries) if entries:
            key, value = entries[-1]
            return max(last(key), last(value))
        case Sequence(flow=False, items=items) if items:
            return max(node.start + 1, last(items[-1]))
        case _:
            return node.end


def ending(document: Document, node: Node) -> int:
    """The same, without the blank lines that end a block scalar."""
    offset = last(node)
    return (
        len(document.source.text[:offset].rstrip()) if document.source.text[:offset].endswith(("\n", "\r")) else offset
    )


def replaced(document: Document, node: Scalar, value: str, *, text_only: bool = False) -> Edit | None:
    """Another value, in the quotes that are there. `text_only`: the value is text wherever it stands, as in a list."""
    source = document.source.text[node.start : node.end]
    if node.style in ("|", ">") or source.startswith(("&", "!")):
        return None
    written = encoded(value, node.style, text_only=text_only)
    return Edit(span=document.span(node), text=written)


def part(document: Document, node: Scalar, start: int, end: int, text: str) -> Edit | None:
    """Characters of a scalar replaced, where they stand in the file as they are in the value."""
    quote = 1 if node.style in ("'", '"') else 0
    inner = document.source.text[node.start + quote : node.end - quote]
    if inner != node.value:
        return None
    offset = node.start + quote
    return Edit(span=document.source.span(offset + start, offset + end), text=text)


def encoded(value: str, style: str = "", *, text_only: bool = False) -> str:
    """A scalar for one line."""
    if style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    if style != '"' and _plain(value, text_only=text_only):
        return value
    return json.dumps(value, ensure_ascii=False)


def _plain(value: str, *, text_only: bool) -> bool:
    if not _PLAIN.fullmatch(value) or value.endswith(":"):
        return False
    resolved = _resolver.resolve(yaml.ScalarNode, value, (True, False))  # type: ignore[no-untyped-call] # a gap of the stubs
    return text_only or resolved == "tag:yaml.org,2002:str"


# ---- removing --------------------------------------------------------------------------------------------------------


def without_entry(document: Document, mapping: MappingNode, key: Scalar) -> Edit | None:
    """The mapping without one entry; None also where it is the only one of a block."""
    pairs = mapping.entries
    index = next((at for at, (pair, _) in enumerate(pairs) if pair is key), -1)
    if index < 0:
        return None
    if mapping.flow:
        return _without_part(document, [(pair.start, last(value)) for pair, value in pairs], index)
    return (
        None if len(pairs) == 1 else _without_lines(document, key.start, ending(document, pairs[index][1]), key.start)
    )


def without_item(document: Document, sequence: Sequence, item: Node) -> Edit | None:
    """The list without one item; None also where it is the only one of a block."""
    index = next((at for at, other in enumerate(sequence.items) if other is item), -1)
    if index < 0:
        return None
    if sequence.flow:
        return _without_part(document, [(other.start, last(other)) for other in sequence.items], index)
    if len(sequence.items) == 1:
        return None
    dash = document.source.text.rfind("-", 0, item.start)
    return _without_lines(document, dash, ending(document, item), dash)


def _without_part(document: Document, spans: list[tuple[int, int]], index: int) -> Edit | None:
    """A part of a flow collection, with the comma that then is too many."""
    start, end = spans[index]
    if index + 1 < len(spans):
        end = spans[index + 1][0]
    elif index:
        start = spans[index - 1][1]
    if "#" in document.source.text[start:end]:
        return None
    return Edit(span=document.source.span(start, end), text="")


def _without_lines(document: Document, start: int, end: int, first: int) -> Edit | None:
    """Whole lines, where nothing else stands on them."""
    source = document.source
    top, bottom = source.line_of(start), source.line_of(end)
    before = source.text[source.line_start(top) : first]
    after = source.text[end : source.line_start(bottom + 1)].rstrip("\r\n")
    if before.strip() or not _TAIL.fullmatch(after):
        return None
    begin, finish = source.line_start(top), source.line_start(bottom + 1)
    if finish == len(source.text) and not source.text.endswith(("\n", "\r")) and top > 1:
        begin -= len(source.line(top - 1)) - len(source.line(top - 1).rstrip("\r\n"))
    return Edit(span=source.span(begin, finish), text="")


# ---- adding ----------------------------------------------------------------------------------------------------------


def with_entry(document: Document, mapping: MappingNode, key: str, value: str) -> Edit | None:
    """The mapping with one entry more, at its end. `value` is written as it is."""
    if mapping.flow:
        return _with_part(document, mapping, [last(entry) for _, entry in mapping.entries], f"{key}: {value}")
    if not mapping.entries:
        return None
    return _with_lines(document, mapping, column(document, mapping.entries[0][0].start), [f"{key}: {value}"])


def with_block(document: Document, mapping: MappingNode, key: str, lines: Iterable[str], indent: int) -> Edit | None:
    """The block mapping with a key more whose value is a block: `lines`, indented by so much more than the key."""
    if mapping.flow or not mapping.entries:
        return None
    own = column(document, mapping.entries[0][0].start)
    return _with_lines(document, mapping, own, [f"{key}:", *(" " * indent + line for line in lines)])


def with_item(document: Document, sequence: Sequence, value: str) -> Edit | None:
    """The list with one item more, at its end."""
    if sequence.flow:
        return _with_part(document, sequence, [last(item) for item in sequence.items], value)
    if not sequence.items:
        return None
    dash = document.source.text.rfind("-", 0, sequence.items[0].start)
    return _with_lines(document, sequence, column(document, dash), [f"- {value}"])


def _with_part(document: Document, node: MappingNode | Sequence, ends: list[int], text: str) -> Edit:
    offset = (
        ends[-1] if ends else document.source.text.index("{" if isinstance(node, MappingNode) else "[", node.start) + 1
    )
    return Edit(span=document.source.span(offset, offset), text=f", {text}" if ends else text)


def _with_lines(document: Document, node: MappingNode | Sequence, indent: int, lines: list[str]) -> Edit | None:
    source = document.source
    end = ending(document, node)
    line = source.line_of(end)
    finish = source.line_start(line) + len(source.line(line).rstrip("\r\n"))
    if not _TAIL.fullmatch(source.text[end:finish]):
        return None
    text = "".join(f"{source.line_end}{' ' * indent}{other}" for other in lines)
    return Edit(span=source.span(finish, finish), text=text)


# ---- the file's own habits -------------------------------------------------------------------------------------------


def column(document: Document, offset: int) -> int:
    """How many characters stand before it on its line."""
    return offset - document.source.line_start(document.source.line_of(offset))


def step(document: Document, outer: Scalar, inner: MappingNode) -> int:
    """By how much the inner mapping is indented against its key."""
    if inner.flow or not inner.entries:
        return _STEP
    found = column(document, inner.entries[0][0].start) - column(document, outer.start)
    return found if found > 0 else _STEP


def list_indent(document: Document, mapping: MappingNode, default: int) -> int:
    """By how much the lists of this mapping are indented against their keys."""
    for key, value in mapping.entries:
        if isinstance(value, Sequence) and not value.flow and value.items and not isinstance(key, Alias):
            dash = document.source.text.rfind("-", 0, value.items[0].start)
            return max(column(document, dash) - column(document, key.start), 0)
    return default
