"""One compose file: its text and tree, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from stigmer_doctor.model.edits import Span
from stigmer_doctor.source.compose.nodes import Alias, Broken, MappingNode, Node, NodeTree, Scalar, Sequence, parse
from stigmer_doctor.source.text import SourceText, Unreadable

MOST_BYTES = 10 * 1024 * 1024
MERGE = "<<"
_MOST_MERGES = 200
"""More than any file has, and fewer than Python can be nested."""


class DocumentProblem(msgspec.Struct, frozen=True):
    """What is wrong with a file, as a clause about it; `span` is None where it is about the whole file.
    `certain`: compose refuses the file; otherwise it only was not looked at as a whole."""

    file: str
    message: str
    span: Span | None = None
    certain: bool = True


class Item(msgspec.Struct, frozen=True):
    """An entry of a mapping as it is in force. `via` is "" when it stands in the mapping itself, else how it came."""

    name: str
    key: Scalar
    value: Node
    via: str
    owner: MappingNode


class Document:
    """A compose file that could be read."""

    def __init__(self, source: SourceText, tree: NodeTree) -> None:
        self.source, self.tree = source, tree
        self.root = tree.root
        self.parts = [self, *(Document(source, NodeTree(root, tree.anchors)) for root in tree.rest)]
        """The documents that the file holds, this one first: compose merges them as if each were a file."""

    @property
    def file(self) -> str:
        return self.source.file

    def resolve(self, node: Node) -> Node:
        return self.tree.resolve(node)

    def items(self, mapping: MappingNode) -> list[Item]:
        """Its entries with those of its merge keys; what stands in the mapping itself wins."""
        found: dict[str, Item] = {}
        self._collect(mapping, "", found, set())
        return list(found.values())

    def item(self, mapping: MappingNode, name: str) -> Item | None:
        return next((item for item in self.items(mapping) if item.name == name), None)

    def _collect(self, mapping: MappingNode, via: str, found: dict[str, Item], seen: set[int]) -> None:
        """Each mapping once: merged again, it would add nothing."""
        seen.add(id(mapping))
        merged: list[Node] = []
        for key, value in mapping.entries:
            if not isinstance(key, Scalar):
                continue
            if key.value == MERGE and not key.style:
                merged.append(value)
            else:
                how = via or ("an anchor" if isinstance(value, Alias) else "")
                found.setdefault(key.value, Item(key.value, key, self.resolve(value), how, mapping))
        for value in merged:
            target = self.resolve(value)
            for item in target.items if isinstance(target, Sequence) else [target]:
                base = self.resolve(item)
                if isinstance(base, MappingNode) and id(base) not in seen and len(seen) < _MOST_MERGES:
                    self._collect(base, "a merge key", found, seen)

    def services(self) -> dict[str, Item]:
        """The services by name; empty where the file has none."""
        if not isinstance(self.root, MappingNode):
            return {}
        found = self.item(self.root, "services")
        if found is None or not isinstance(found.value, MappingNode):
            return {}
        return {item.name: item for item in self.items(found.value)}

    def span(self, node: Node) -> Span:
        return self.source.span(node.start, node.end)


def read(file: str, raw: bytes) -> tuple[Document | None, list[DocumentProblem]]:
    """The document, None where there is none, and what is wrong with the file."""
    try:
        source = SourceText(file, raw, most_bytes=MOST_BYTES)
    except Unreadable as error:
        return None, [DocumentProblem(file, str(error))]
    try:
        tree = parse(source)
    except Broken as error:
        return None, [
            DocumentProblem(file, _said(str(error), source, error.offset), source.span(error.offset, error.offset))
        ]
    if tree is None:
        return None, []
    document = Document(source, tree)
    problems = [
        DocumentProblem(file, f"has the key {key.value} twice in one mapping", document.span(key))
        for root in (tree.root, *tree.rest)
        for key in _duplicates(root)
    ]
    return document, problems


def _said(message: str, source: SourceText, offset: int) -> str:
    line = source.line(source.line_of(min(offset, max(len(source.text) - 1, 0))))
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" in indent or "'\\t'" in message:
        return "is indented with a tab, which YAML does not allow"
    return f"is not valid YAML: {message}"


def _duplicates(root: Node) -> Iterator[Scalar]:
    """Keys that a mapping has a second time, first ones first."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Sequence):
            waiting += node.items[::-1]
        if not isinstance(node, MappingNode):
            continue
        seen: set[str] = set()
        for key, _ in node.entries:
            if isinstance(key, Scalar):
                if key.value in seen:
                    yield key
                seen.add(key.value)
        waiting += [value for _, value in node.entries][::-1]
