"""What is deployed: every kustomization with its resources and patches merged, and every manifest that none takes."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from stigmer_doctor.source.compose.document import Document, read
from stigmer_doctor.source.compose.nodes import Mapping, Node, Scalar, Sequence
from stigmer_doctor.source.manifests.workload import Workload, node_at, text_at, workloads

KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml")
_MOST_LEVELS = 10
Read = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class Build:
    """`base`: another build takes it as a resource."""

    place: str
    workloads: tuple[Workload, ...]
    base: bool = False


class Builds:
    """The builds of a tree. `read_file` gives the bytes of a file, None where it cannot be read."""

    def __init__(self, read_file: Read, kustomizations: Iterable[str]) -> None:
        self._read = read_file
        self._folders = {posixpath.dirname(each): each for each in kustomizations}
        self._documents: dict[str, Document | None] = {}
        self._taken: set[str] = set()

    def all(self, manifests: Iterable[str]) -> list[Build]:
        """Every build; the manifests are those that no kustomization may take."""
        built = {folder: self._build(folder, 0) for folder in sorted(self._folders)}
        bases = {folder for each in self._folders for folder in self._resources(each) if folder in self._folders}
        found = [Build(folder, tuple(each), folder in bases) for folder, each in built.items()]
        plain = [each for each in sorted(manifests) if each not in self._taken]
        return [*found, *(Build(each, tuple(self._file(each))) for each in plain)]

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
        return [_joined(folder, each) for each in named if "://" not in each]

    def _build(self, folder: str, level: int) -> list[Workload]:
        found: list[Workload] = []
        if level > _MOST_LEVELS:
            return found
        for each in self._resources(folder):
            if each in self._folders:
                found += self._build(each, level + 1)
            else:
                self._taken.add(each)
                found += self._file(each)
        for patch in self._patches(folder):
            found = [each.under(patch) if _same(each, patch) else each for each in found]
        return found

    def _patches(self, folder: str) -> list[Workload]:
        document = self._document(self._folders[folder])
        if document is None:
            return []
        listed = node_at(document, document.root, "patches")
        nodes = listed.items if isinstance(listed, Sequence) else []
        named = [text_at(document, document.resolve(each), "path") for each in nodes]
        files = [_joined(folder, each) for each in (*_texts(document, "patchesStrategicMerge"), *named) if each]
        self._taken |= set(files)
        return [each for file in files for each in self._file(file)]


def _same(one: Workload, other: Workload) -> bool:
    return (one.kind, one.name) == (other.kind, other.name)


def _texts(document: Document | None, key: str) -> list[str]:
    listed: Node | None = node_at(document, document.root, key) if document else None
    if document is None or not isinstance(listed, Sequence) or not isinstance(document.root, Mapping):
        return []
    nodes = (document.resolve(each) for each in listed.items)
    return [each.value for each in nodes if isinstance(each, Scalar)]


def _joined(folder: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(folder, path))
