"""A compose project as compose loads it, to see whether compose would: every file typed, merged and checked."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from typing import Any, Protocol

from stigmer_doctor.model.edits import Span
from stigmer_doctor.source.compose.canonical import typed, written_out
from stigmer_doctor.source.compose.consistency import faults
from stigmer_doctor.source.compose.document import Document, DocumentProblem
from stigmer_doctor.source.compose.merging import merged, without
from stigmer_doctor.source.compose.nodes import MappingNode, Node, Sequence
from stigmer_doctor.source.compose.scope import FileScope, Read, includes, joined
from stigmer_doctor.source.compose.shape import misfits
from stigmer_doctor.source.compose.values import Path, ValueRefused, Values

_MOST_LEVELS = 10
_MOST_PROBLEMS = 20
_SHARED = ("services", "jobs", "volumes", "networks", "secrets", "configs", "models")


class FileSet(Protocol):
    """What a project offers: its files, their documents and where they are read from."""

    files: tuple[str, ...]
    scope: FileScope
    read: Read

    def document(self, file: str) -> Document | None: ...


class _Stop(Exception):  # noqa: N818 - reads as what it is
    """What follows cannot be looked at; what stopped it has been told."""


def problems(project: FileSet) -> list[DocumentProblem]:
    """Why compose would refuse the project, beyond what is wrong with the text of its files; empty where it would
    not. A fault that depends on variables or files that are not here is not certain."""
    loader = _Loader(project)
    try:
        loader.check()
    except _Stop:
        pass
    except ValueRefused as error:
        loader.tell(error.path, str(error), certain=error.certain)
    return list(dict.fromkeys(loader.problems))[:_MOST_PROBLEMS]


class _Loader:
    def __init__(self, project: FileSet) -> None:
        self._project = project
        self.problems: list[DocumentProblem] = []
        self._documents: dict[int, Document] = {}

    def check(self) -> None:
        model = self._load(self._project.files, self._project.scope, ())
        if not model:
            self.problems.append(DocumentProblem(self._project.files[0], "is empty"))
            return
        profiles = self._project.scope.variables.get("COMPOSE_PROFILES", "")
        for path, message, certain in faults(model, {word.strip() for word in profiles.split(",")} - {""}):
            self.tell(path, message, certain=certain)
        if not self.problems:
            self._env_files(model)

    def tell(self, path: Path, message: str, *, certain: bool = True) -> None:
        """Note a fault, where it stands."""
        file, span = _found(self._documents.values(), path)
        place = ".".join(path) or "the file"
        unless = "" if certain else ", unless a variable that nothing here sets says otherwise"
        self.problems.append(
            DocumentProblem(
                file or self._project.files[0], f"is refused by compose{unless}: {place} {message}", span, certain
            )
        )

    def _load(self, files: Iterable[str], scope: FileScope, chain: tuple[str, ...]) -> dict[str, Any]:
        model: dict[str, Any] = {}
        for file in files:
            document = self._project.document(file)
            if document is None and self._project.read(file) is None:
                raise _Stop
            for part in document.parts if document else ():
                model = self._over(model, part, scope, (*chain, file))
        return model

    def _over(self, model: dict[str, Any], part: Document, scope: FileScope, chain: tuple[str, ...]) -> dict[str, Any]:
        """The model with one document over it."""
        self._documents[id(part)] = part
        values = self._values(part, scope)
        value = values.value
        if not isinstance(value.get("include"), list | None):
            raise ValueRefused(("include",), "must be a list")
        for include in includes(part, scope, self._project.read):
            self._import(value, include.files, include.scope, include.missing, chain)
        value.pop("include", None)
        model = without(model, values.resets)
        self._extend(value, chain[-1], scope)
        model = merged(model, value)
        wrong = list(misfits(model))
        for path, message, certain in wrong[:_MOST_PROBLEMS]:
            self.tell(path, message, certain=certain)
        if wrong:
            raise _Stop
        model.pop("version", None)
        written_out(model)
        return model

    def _values(self, part: Document, scope: FileScope) -> Values:
        values = Values(part.tree, part.root, scope.variables)
        for path, name in values.needs:
            self.tell(path, f"needs the variable {name}", certain=False)
        if not isinstance(values.value, dict):
            raise ValueRefused((), "must be a mapping")
        typed(values.value)
        _rebase(values.value, scope.folder)
        return values

    # ---- include and extends -----------------------------------------------------------------------------------------

    def _import(
        self,
        value: dict[str, Any],
        files: tuple[str, ...],
        scope: FileScope,
        missing: tuple[str, ...],
        chain: tuple[str, ...],
    ) -> None:
        if files[0] in chain:
            raise ValueRefused(("include",), f"comes back to {files[0]}")
        if missing or len(chain) > _MOST_LEVELS:
            raise ValueRefused(("include",), f"needs {missing[0] if missing else 'too many files'}", certain=False)
        for kind, resources in self._load(files, scope, chain).items():
            if kind not in _SHARED:
                continue
            target = value.setdefault(kind, {})
            if isinstance(target, dict):
                for name, item in resources.items():
                    own = target.get(name, item)
                    target[name] = item if own == item else merged(item, own, (kind, name))

    def _extend(self, value: dict[str, Any], file: str, scope: FileScope) -> None:
        for kind in ("services", "jobs"):
            services = value.get(kind, {})
            if not isinstance(services, dict):
                raise ValueRefused((kind,), "must be a mapping")
            for name in services:
                self._extended(name, services, file, scope, ((file, name),))

    def _extended(
        self, name: str, services: dict[str, Any], file: str, scope: FileScope, trail: tuple[tuple[str, str], ...]
    ) -> Any:
        service, path = services.get(name), ("services", name, "extends")
        if service is not None and not isinstance(service, dict):
            raise ValueRefused(path[:2], "must be a mapping")
        if not service or "extends" not in service:
            return service
        wanted = service["extends"]
        target = wanted if isinstance(wanted, str) else wanted.get("service") if isinstance(wanted, dict) else None
        if not isinstance(target, str):
            raise ValueRefused(path, "lacks service")
        others, where = services, file
        if isinstance(wanted, dict) and isinstance(wanted.get("file"), str):
            where = joined(scope.folder, wanted["file"])
            others, scope = self._other(where, scope, path)
        if target not in others:
            raise ValueRefused(path, f"names {target}, which is not a service of {where}")
        if (where, target) in trail or len(trail) > _MOST_LEVELS * 5:
            raise ValueRefused(path, "comes back to itself")
        base = self._extended(target, others, where, scope, (*trail, (where, target)))
        own = {key: item for key, item in service.items() if key != "extends"}
        services[name] = merged(base, own, path[:2]) if base else own
        return services[name]

    def _other(self, file: str, scope: FileScope, path: Path) -> tuple[dict[str, Any], FileScope]:
        """The services of a file that is extended."""
        document = self._project.document(file)
        if document is None:
            raise (
                _Stop
                if self._project.read(file) is None
                else ValueRefused(path, f"names {file}, which has no services")
            )
        inner = FileScope(posixpath.dirname(file), scope.variables)
        services = self._values(document, inner).value.get("services")
        if not isinstance(services, dict):
            raise ValueRefused(path, f"names {file}, which has no services")
        return services, inner

    def _env_files(self, model: dict[str, Any]) -> None:
        for name, service in (model.get("services") or {}).items():
            for at, entry in enumerate(service.get("env_file") or () if not service.get("profiles") else ()):
                if entry.get("required", True) not in (False, "false") and self._project.read(entry["path"]) is None:
                    message = f"names {entry['path']}, which cannot be read here"
                    self.tell(("services", name, "env_file", str(at)), message, certain=False)


def _rebase(value: dict[str, Any], folder: str) -> None:
    """Env files named from where the doctor reads, in place."""
    services = value.get("services")
    for service in services.values() if isinstance(services, dict) else ():
        files = service.get("env_file") if isinstance(service, dict) else None
        if isinstance(files, str | list):
            service["env_file"] = [_rebased(file, folder) for file in ([files] if isinstance(files, str) else files)]


def _rebased(name: Any, folder: str) -> Any:
    if isinstance(name, str):
        return joined(folder, name)
    if isinstance(name, dict) and isinstance(name.get("path"), str):
        return {**name, "path": joined(folder, name["path"])}
    return name


def _found(documents: Iterable[Document], path: Path) -> tuple[str, Span | None]:
    """The place that a path leads to, or as far as a file has it: the last file that has most of it."""
    best: tuple[int, str, Span | None] = (0, "", None)
    for document in documents:
        depth, node = _walk(document, path)
        if node is not None and depth >= best[0]:
            best = (depth, document.file, document.span(node))
    return best[1], best[2]


def _walk(document: Document, path: Path) -> tuple[int, Node | None]:
    node: Node = document.root
    place: Node | None = None
    for depth, name in enumerate(path):
        if isinstance(node, MappingNode):
            item = document.item(node, name)
            if item is None:
                return depth, place
            place, node = item.key, item.value
        elif isinstance(node, Sequence) and name.isdecimal() and len(name) < 10 and int(name) < len(node.items):
            place = node.items[int(name)]
            node = document.resolve(place)
        else:
            return depth, place
    return len(path), place
