"""The patches of a kustomization: which objects each is for, and what it says where that can be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import msgspec

from stigmer_doctor.source.compose.document import Document, read
from stigmer_doctor.source.compose.nodes import MappingNode, Node, Scalar, Sequence
from stigmer_doctor.source.manifests.workload import Workload, concerns, node_at, text_at, workloads

_SELECTED_BY = ("kind", "name")


class Patch(msgspec.Struct, frozen=True):
    """`over` is what it says of each object, for the objects of the same kind and name unless it has a `target`.
    `unread`: it may change a container in a way that is not followed."""

    place: str
    over: tuple[Workload, ...] = ()
    target: dict[str, str] | None = None
    unread: bool = False

    def on(self, workload: Workload) -> Workload:
        """An object with the patch over it."""
        if self.unread:
            return workload.left_open(self.place) if self._selects(workload) else workload
        for entry in self.over:
            same = (entry.kind, entry.name) == (workload.kind, workload.name)
            if same if self.target is None else self._selects(workload):
                workload = workload.under(entry)
        return workload

    def _selects(self, workload: Workload) -> bool:
        """What else an object may be selected by is not known of it, and is taken to hold."""
        target = self.target or {}
        have = {"kind": workload.kind, "name": workload.name}
        return all(_matches(target[key], have[key]) for key in _SELECTED_BY if target.get(key))


def patches(document: Document, file: Callable[[str], Document | None]) -> Iterator[Patch]:
    """Those of a kustomization, in the order in which they are applied; `file` reads one that is named in it."""
    for node in _entries(document, "patchesStrategicMerge"):
        if isinstance(node, Scalar):
            inline = "\n" in node.value
            yield _patch(document, inner(document, node) if inline else file(node.value), None)
    for key in ("patches", "patchesJson6902"):
        for node in _entries(document, key):
            yield _listed(document, node, file)


def _listed(document: Document, node: Node, file: Callable[[str], Document | None]) -> Patch:
    path, text = text_at(document, node, "path"), node_at(document, node, "patch")
    target = node_at(document, node, "target")
    items = document.items(target) if isinstance(target, MappingNode) else None
    selected = None if items is None else {item.name: text_at(document, target, item.name) for item in items}
    found = inner(document, text) if isinstance(text, Scalar) else file(path) if path else None
    return _patch(document, found, selected)


def _patch(document: Document, found: Document | None, target: dict[str, str] | None) -> Patch:
    if found is None:
        return Patch(document.file, target=target, unread=True)
    if isinstance(found.root, Sequence):
        return Patch(found.file, target=target, unread=any(_reaches(found, item) for item in found.root.items))
    # A patch of one object needs no kind of its own where a target is named.
    over = tuple(workloads(found))
    unread = target is not None and not over
    return Patch(found.file, over, target, unread)


def _reaches(document: Document, node: Node) -> bool:
    """Whether an operation of a JSON patch may change a container."""
    operation = document.resolve(node)
    return any(concerns(text_at(document, operation, key)) for key in ("path", "from")) and (
        text_at(document, operation, "op") != "test"
    )


def inner(document: Document, node: Scalar) -> Document | None:
    """What is written as a block of text inside a file, each character at its place in that file."""
    text = document.source.text
    first = text.find("\n", node.start, node.end) + 1
    if node.style != "|" or not first:
        return None
    blank = "".join(char if char in "\r\n" else " " for char in text[:first])
    return read(document.file, (blank + text[first : node.end]).encode())[0]


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error:
        return True


def _entries(document: Document, key: str) -> list[Node]:
    found = node_at(document, document.root, key)
    return [document.resolve(item) for item in found.items] if isinstance(found, Sequence) else []
