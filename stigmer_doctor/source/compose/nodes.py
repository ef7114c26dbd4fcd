"""YAML as a tree that keeps what editing needs: every mark, every style, and aliases as nodes of their own.

Built from the events of PyYAML, not with its own composer: that one forgets where an alias stands, takes duplicate keys
silently, and recurses as deep as the input wants.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

import msgspec
import yaml

from stigmer_doctor.source.text import SourceText

MOST_NODES = 200_000
MOST_LEVELS = 100


class Scalar(msgspec.Struct):
    """`style` is "" for a plain one, else one of `'`, `"`, `|`, `>`. `tag` is "" where none is written ("!reset")."""

    value: str
    style: str
    start: int
    end: int
    tag: str = ""

    @property
    def null(self) -> bool:
        return not self.style and self.value in ("", "~", "null", "Null", "NULL")


class Alias(msgspec.Struct):
    name: str
    start: int
    end: int
    tag: str = ""


class MappingNode(msgspec.Struct):
    flow: bool
    start: int
    end: int
    entries: list[tuple[Node, Node]] = msgspec.field(default_factory=list)
    tag: str = ""


class Sequence(msgspec.Struct):
    flow: bool
    start: int
    end: int
    items: list[Node] = msgspec.field(default_factory=list)
    tag: str = ""


Node: TypeAlias = Scalar | Alias | MappingNode | Sequence


class Broken(Exception):  # noqa: N818 - reads as what it is
    """Not YAML, or more than a compose file can be; `offset` is where."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


class NodeTree(msgspec.Struct):
    """The first document of a file; `rest` are the others."""

    root: Node
    anchors: dict[str, Node]
    rest: list[Node] = msgspec.field(default_factory=list)

    def resolve(self, node: Node) -> Node:
        """What an alias stands for; the node itself otherwise."""
        for _ in range(MOST_LEVELS):
            if not isinstance(node, Alias):
                break
            node = self.anchors.get(node.name, Scalar("", "", node.start, node.end))
        return node


def parse(source: SourceText) -> NodeTree | None:
    """The tree; None for a file that holds no document. Raises Broken."""
    try:
        return _Builder(source).tree()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Broken(error.problem or error.context or "it is not YAML", _index(mark)) from error
    except yaml.reader.ReaderError as error:
        raise Broken(f"it holds the character {error.character!r}, which YAML does not allow", 0) from error


class _Builder:
    def __init__(self, source: SourceText) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._events: Iterator[Any] = yaml.parse(source.text, Loader=loader)
        self._anchors: dict[str, Node] = {}
        self._count = self._level = 0

    def tree(self) -> NodeTree | None:
        tree: NodeTree | None = None
        for event in self._events:
            if not isinstance(event, yaml.DocumentStartEvent):
                continue
            root = self._node(next(self._events))
            if tree is None:
                tree = NodeTree(root, self._anchors)
            else:
                tree.rest.append(root)
        return tree

    def _node(self, event: Any) -> Node:
        start, end = event.start_mark.index, event.end_mark.index
        self._count += 1
        if self._count > MOST_NODES:
            raise Broken(f"it has more than {MOST_NODES} nodes", start)
        match event:
            case yaml.AliasEvent():
                if event.anchor not in self._anchors:
                    raise Broken(f"found undefined alias {event.anchor!r}", start)
                return Alias(event.anchor, start, end)
            case yaml.ScalarEvent():
                return self._named(event, Scalar(event.value, event.style or "", start, end))
            case yaml.SequenceStartEvent():
                sequence = Sequence(bool(event.flow_style), start, end)
                self._named(event, sequence)
                self._items(sequence)
                return sequence
            case _:
                mapping = MappingNode(bool(getattr(event, "flow_style", False)), start, end)
                self._named(event, mapping)
                self._entries(mapping)
                return mapping

    def _named(self, event: Any, node: Node) -> Node:
        if event.anchor:
            self._anchors[event.anchor] = node
        if event.tag:
            node.tag = event.tag
        return node

    def _items(self, sequence: Sequence) -> None:
        self._deeper(sequence.start)
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            sequence.items.append(self._node(event))
        sequence.end = _index(event.end_mark)
        self._level -= 1

    def _entries(self, mapping: MappingNode) -> None:
        self._deeper(mapping.start)
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event)
            mapping.entries.append((key, self._node(next(self._events))))
        mapping.end = _index(event.end_mark)
        self._level -= 1

    def _deeper(self, start: int) -> None:
        self._level += 1
        if self._level > MOST_LEVELS:
            raise Broken(f"it is nested deeper than {MOST_LEVELS} levels", start)


def _index(mark: Any) -> int:
    return int(mark.index) if mark else 0
