"""What is deployed: every kustomization with its resources and patches merged, and every manifest that none takes."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable

import msgspec

from stigmer_doctor.source.compose.document import Document, read
from stigmer_doctor.source.compose.nodes import MappingNode, Node, Scalar, Sequence
from stigmer_doctor.source.manifests.patches import patches
from stigmer_doctor.source.manifests.workload import Workload, node_at, text_at, workloads

KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml")
_MOST_LEVELS = 10
_MOST_STEPS = 5000
Read = Callable[[str], bytes | None]


class Build(msgspec.Struct, frozen=True):
    """`base`: another build takes it, as a resource or a component."""

    place: str
    workloads: tuple[Workload, ...]
    base: bool = False


class Builds:
    """The builds of a tree. `read_file` gives the bytes of a file, None where it cannot be read."""

    def __init__(self, read_file: Read, kustomizations: Iterable[str]) -> None:
        self._read = read_file
        self._folders = {posixpath.dirname(kustomization): kustomization for kustomization in kustomizations}
        self._documents: dict[str, Document | None] = {}
        self._taken: set[str] = set()
        self._steps = 0

    def all(self, manifests: Iterable[str]) -> list[Build]:
        """Every build; the manifests are those that no kustomization may take."""
        built = {folder: self._build(folder, 0) for folder in sorted(self._folders)}
        taken = {folder for other in self._folders for folder in (*self._resources(other), *self._components(other))}
        found = [Build(folder, tuple(item), folder in taken) for folder, item in built.items()]
        plain = [manifest for manifest in sorted(manifests) if manifest not in self._taken]
        return [*found, *(Build(path, tuple(self._file(path))) for path in plain)]

    def _document(self, file: str) -> Document | None:
        if file not in self._documents:
            raw = self._read(file)
            self._documents[file] = read(file, raw)[0] if raw is not None else None
        return self._documents[file]

    def _file(self, file: str) -> list[Workload]:
        document = self._document(file)
        return list(workloads(document)) if document else []

    def _resources(self, folder: str) -> list[str]:
        document = self._document(self._folders[folder])
        named = [text for key in ("resources", "bases") for text in _texts(document, key)]
        return [_joined(folder, path) for path in named if "://" not in path]

    def _build(self, folder: str, level: int, there: Iterable[Workload] = ()) -> list[Workload]:
        """What a kustomization makes; a component, of what is there already."""
        found = list(there)
        self._steps += 1
        if level > _MOST_LEVELS or self._steps > _MOST_STEPS:
            return found
        for entry in self._resources(folder):
            if entry in self._folders:
                found += self._build(entry, level + 1)
            else:
                self._taken.add(entry)
                found += self._file(entry)
        for entry in self._components(folder):
            found = self._build(entry, level + 1, found) if entry in self._folders else found
        return self._patched(folder, found)

    def _patched(self, folder: str, found: list[Workload]) -> list[Workload]:
        document = self._document(self._folders[folder])
        for patch in patches(document, lambda path: self._patch(folder, path)) if document else ():
            found = [patch.on(workload) for workload in found]
        names = _new_names(document) if document else {}
        return [workload.with_images(names) for workload in found] if names else found

    def _patch(self, folder: str, path: str) -> Document | None:
        file = _joined(folder, path)
        self._taken.add(file)
        return self._document(file)

    def _components(self, folder: str) -> list[str]:
        return [_joined(folder, text) for text in _texts(self._document(self._folders[folder]), "components")]


def _new_names(document: Document) -> dict[str, str]:
    """The images that a kustomization replaces, with the names of those that it takes instead."""
    listed = node_at(document, document.root, "images")
    nodes = [document.resolve(item) for item in listed.items] if isinstance(listed, Sequence) else []
    pairs = {text_at(document, node, "name"): text_at(document, node, "newName") for node in nodes}
    return {name: new for name, new in pairs.items() if name and new}


def _texts(document: Document | None, key: str) -> list[str]:
    listed: Node | None = node_at(document, document.root, key) if document else None
    if document is None or not isinstance(listed, Sequence) or not isinstance(document.root, MappingNode):
        return []
    nodes = (document.resolve(item) for item in listed.items)
    return [node.value for node in nodes if isinstance(node, Scalar)]


def _joined(folder: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(folder, path))
