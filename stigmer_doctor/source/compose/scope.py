"""Where the files of a compose project are read from: the folder and the variables of each, and what they include."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping

import msgspec

from stigmer_doctor.source.compose.document import Document
from stigmer_doctor.source.compose.interpolation import env_file, substituted
from stigmer_doctor.source.compose.nodes import MappingNode, Node, Scalar, Sequence

Read = Callable[[str], bytes | None]
"""The bytes of a file by its path, None where it cannot be read."""
NO_FILE = "/dev/null"


class FileScope(msgspec.Struct, frozen=True):
    """The folder that relative paths are meant from, and the variables that are known there."""

    folder: str
    variables: Mapping[str, str] = msgspec.field(default_factory=dict)


class Include(msgspec.Struct, frozen=True):
    """One entry of `include`: its files, merged one over the other. `missing` are env files that cannot be read."""

    files: tuple[str, ...]
    scope: FileScope
    missing: tuple[str, ...] = ()


def joined(folder: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(folder, path)) if path else path


def environment(read: Read, file: str, known: Mapping[str, str] | None = None) -> dict[str, tuple[str, int]]:
    """The variables of an env file with their lines; none where it cannot be read."""
    raw = read(file)
    return {} if raw is None else env_file(raw.decode("utf-8", "replace").removeprefix("\ufeff"), known)


def scope_of(read: Read, folder: str) -> FileScope:
    """What compose knows in a project's folder before it reads the first file."""
    found = environment(read, joined(folder, ".env"))
    return FileScope(folder, {name: value for name, (value, _) in found.items()})


def includes(document: Document, scope: FileScope, read: Read) -> Iterator[Include]:
    """What the document includes, in order."""
    found = document.item(document.root, "include") if isinstance(document.root, MappingNode) else None
    if found is not None and isinstance(found.value, Sequence):
        for item in found.value.items:
            yield from _include(document, document.resolve(item), scope, read)


def _include(document: Document, node: Node, scope: FileScope, read: Read) -> Iterator[Include]:
    parts = (
        {item.name: item.value for item in document.items(node)} if isinstance(node, MappingNode) else {"path": node}
    )
    files = tuple(joined(scope.folder, text) for text in texts(document, parts.get("path"), scope))
    if not files:
        return
    folder = next(iter(texts(document, parts.get("project_directory"), scope)), "")
    folder = joined(scope.folder, folder) if folder else posixpath.dirname(files[0])
    named = [joined(scope.folder, text) for text in texts(document, parts.get("env_file"), scope) if text != NO_FILE]
    variables = dict(scope.variables)
    for file in named or ([] if "env_file" in parts else [joined(folder, ".env")]):
        new = environment(read, file, variables)
        variables = {name: value for name, (value, _) in new.items()} | variables
    missing = tuple(name for name in named if read(name) is None)
    yield Include(files, FileScope(folder, variables), missing)


def texts(document: Document, node: Node | None, scope: FileScope) -> list[str]:
    """A text or a list of them, with the variables replaced; those that are empty then are left out."""
    nodes = node.items if isinstance(node, Sequence) else [node] if node is not None else []
    resolved = (document.resolve(other) for other in nodes)
    values = [substituted(entry.value, scope.variables).text for entry in resolved if isinstance(entry, Scalar)]
    return [value for value in values if value]
