"""A compose project: its files merged as compose merges them, each value with where it comes from."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence

import msgspec

from stigmer_doctor.source.compose import loaded
from stigmer_doctor.source.compose.canonical import mount_target
from stigmer_doctor.source.compose.document import Document, DocumentProblem, Item, read
from stigmer_doctor.source.compose.interpolation import interpolated, interpolates
from stigmer_doctor.source.compose.nodes import MappingNode, Node, Scalar
from stigmer_doctor.source.compose.nodes import Sequence as SequenceNode
from stigmer_doctor.source.compose.scope import FileScope, Read, environment, includes, joined, scope_of, texts
from stigmer_doctor.source.compose.values import OVERRIDE, RESET

_MOST_FILES = 50
_MOST_LEVELS = 10


class ProjectSetting(msgspec.Struct, frozen=True):
    """A scalar that is in force. `value` is None where it is not known (the environment of the user decides); `via` is
    "" where it stands in the service itself, else how it came there. `item` is None for a list's entry; `whole` is the
    node that holds it: the value, or the list's `NAME=value`."""

    name: str
    value: str | None
    raw: str
    via: str
    document: Document | None
    whole: Scalar | None
    item: Item | None = None
    file: str = ""
    line: int = 0

    @property
    def own(self) -> bool:
        """Whether it stands in the service itself; a name does also where its value is interpolated."""
        return self.via in ("", "interpolation")


class ProjectService(msgspec.Struct):
    """A service in force. `blocks` are the mappings that say so, the last one wins; `missing` are env files that
    cannot be read."""

    name: str
    file: str
    fields: dict[str, ProjectSetting] = msgspec.field(default_factory=dict)
    environment: dict[str, ProjectSetting] = msgspec.field(default_factory=dict)
    extra_hosts: dict[str, ProjectSetting] = msgspec.field(default_factory=dict)
    networks: dict[str, ProjectSetting] = msgspec.field(default_factory=dict)
    removed: bool = False
    missing: list[str] = msgspec.field(default_factory=list)
    mounts: list[str] = msgspec.field(default_factory=list)
    blocks: list[tuple[Document, Item, MappingNode]] = msgspec.field(default_factory=list)

    @property
    def pairs(self) -> dict[str, dict[str, ProjectSetting]]:
        """Its keys that hold settings of their own."""
        return {"environment": self.environment, "extra_hosts": self.extra_hosts, "networks": self.networks}

    def forget(self, name: str) -> None:
        """Drop what was said so far of a key."""
        self.fields.pop(name, None)
        self.pairs.get(name, {}).clear()


class Project:
    """The files of one `docker compose -f ... -f ...`, in their order. `problems` grow while it is looked at."""

    def __init__(self, files: Sequence[str], read_file: Read, folder: str = "") -> None:
        self.files = tuple(files)
        self.problems: list[DocumentProblem] = []
        self.templates: set[str] = set()
        """Services that others extend; known once those were looked at."""
        self.read = read_file
        self._documents: dict[str, Document | None] = {}
        self.scope = scope_of(read_file, folder or posixpath.dirname(files[0] if files else ""))
        self._scopes: dict[int, FileScope] = {}
        self._all = [include for file in files for include in self._with_includes(file, self.scope, ())]

    @property
    def documents(self) -> list[Document]:
        """Those that the services come from, in the order in which they are merged."""
        return self._all

    def refusals(self) -> list[DocumentProblem]:
        """Why compose would not load the project, beyond `problems`, which are about the text of its files."""
        return loaded.problems(self) if not any(problem.certain for problem in self.problems) else []

    def services(self) -> dict[str, ProjectService]:
        """Every service that a file of the project names."""
        names = dict.fromkeys(name for document in self._all for name in document.services())
        found = {name: self.service(name) for name in names}
        return {name: item for name, item in found.items() if item.blocks or not item.removed}

    def service(self, name: str) -> ProjectService:
        found = ProjectService(name, self.files[0] if self.files else "")
        for document in self._all:
            item = document.services().get(name)
            if item is not None and item.value.tag in (RESET, OVERRIDE):
                found = ProjectService(name, found.file, removed=item.value.tag == RESET)
            if item is not None and isinstance(item.value, MappingNode) and item.value.tag != RESET:
                if not found.blocks:
                    found.file = document.file
                found.blocks.append((document, item, item.value))
                self._apply(found, document, item.value, item.via, 0)
        return found

    def host_network(self, service: ProjectService) -> ProjectSetting | None:
        """What puts the service on the engine's host network: its mode, or a network that is the engine's `host`. The
        setting has no `whole` where that is the project's default network."""
        mode = service.fields.get("network_mode")
        if mode is not None:
            return mode if mode.value == "host" else None
        hosts = self._host_names()
        default = ProjectSetting("default", None, "", "the default network of the project", None, None)
        names = service.networks or {"default": default}
        return next((item for name, item in names.items() if name in hosts), None)

    def _host_names(self) -> set[str]:
        """The networks that stand for the engine's `host`."""
        found: set[str] = set()
        for document in self._all:
            networks = document.item(document.root, "networks") if isinstance(document.root, MappingNode) else None
            for item in document.items(networks.value) if networks and isinstance(networks.value, MappingNode) else ():
                parts = (
                    {part.name: part.value for part in document.items(item.value)}
                    if isinstance(item.value, MappingNode)
                    else {}
                )
                name = next(iter(texts(document, parts.get("name"), self.scope_at(document))), item.name)
                external = parts.get("external")
                real = isinstance(external, Scalar) and external.value.lower() == "true"
                found = found | {item.name} if real and name == "host" else found - {item.name}
        return found

    def scope_at(self, document: Document) -> FileScope:
        """Where a document of the project is read from."""
        return self._scopes.get(id(document), self.scope)

    # ---- files -------------------------------------------------------------------------------------------------------

    def document(self, file: str) -> Document | None:
        """A file's document; None where it cannot be had."""
        if file not in self._documents and len(self._documents) < _MOST_FILES:
            raw = self.read(file)
            self._documents[file] = None
            if raw is None:
                self.problems.append(DocumentProblem(file, "cannot be read", certain=False))
            else:
                self._documents[file], problems = read(file, raw)
                self.problems += problems
        return self._documents.get(file)

    def _with_includes(self, file: str, scope: FileScope, chain: tuple[str, ...]) -> Iterable[Document]:
        document = self.document(file) if file not in chain and len(chain) < _MOST_LEVELS else None
        for part in document.parts if document else ():
            self._scopes[id(part)] = scope
            for include in includes(part, scope, self.read):
                for path in include.files:
                    yield from self._with_includes(path, include.scope, (*chain, file))
            yield part

    # ---- one service -------------------------------------------------------------------------------------------------

    def _apply(self, service: ProjectService, document: Document, block: MappingNode, via: str, level: int) -> None:
        items = {other.name: other for other in document.items(block)}
        if "extends" in items and level < _MOST_LEVELS:
            self._extend(service, document, items["extends"], level)
        for name, item in items.items():
            if item.value.tag in (RESET, OVERRIDE):
                service.forget(name)
            if item.value.tag != RESET:
                self._take(service, document, name, item, via or item.via)

    def _take(self, service: ProjectService, document: Document, name: str, item: Item, how: str) -> None:
        """One key of a service, over what was said before."""
        if name in service.pairs:
            for key in self._reset(document, item.value):
                service.pairs[name].pop(key, None)
        if name == "environment":
            service.environment |= self._pairs(document, item.value, how, "=")
        elif name == "extra_hosts":
            service.extra_hosts |= self._pairs(document, item.value, how, ":=")
        elif name == "env_file":
            self._env_files(service, document, item.value)
        elif name == "networks":
            service.networks |= self._names(document, item, how)
        elif name == "volumes":
            service.mounts += self._mounts(document, item.value)
        elif isinstance(item.value, Scalar):
            service.fields[name] = self._setting(name, item.value, how, document, item)
        else:
            service.fields.setdefault(name, ProjectSetting(name, None, "", how, document, None, item))

    def _reset(self, document: Document, node: Node) -> list[str]:
        """The names of a mapping that it takes away."""
        items = document.items(node) if isinstance(node, MappingNode) else []
        return [item.name for item in items if item.value.tag == RESET]

    def _mounts(self, document: Document, node: Node) -> list[str]:
        """Where a list of volumes is mounted."""
        scope, found = self.scope_at(document), []
        for item in map(document.resolve, node.items if isinstance(node, SequenceNode) else []):
            if isinstance(item, MappingNode):
                target = document.item(item, "target")
                found += texts(document, target.value if target else None, scope)
            else:
                found += [mount_target(text) for text in texts(document, item, scope)]
        return found

    def _names(self, document: Document, item: Item, how: str) -> dict[str, ProjectSetting]:
        """The networks of a service, by name."""
        if isinstance(item.value, MappingNode):
            entries = [(other.name, other.key) for other in document.items(item.value)]
        else:
            nodes = item.value.items if isinstance(item.value, SequenceNode) else []
            entries = [(node.value, node) for node in map(document.resolve, nodes) if isinstance(node, Scalar)]
        return {
            name: ProjectSetting(name, name, name, how, document, key, item, document.file) for name, key in entries
        }

    def _extend(self, service: ProjectService, document: Document, item: Item, level: int) -> None:
        target = item.value
        name, file = "", document.file
        if isinstance(target, Scalar):
            name = target.value
        elif isinstance(target, MappingNode):
            named = {entry.name: entry.value for entry in document.items(target)}
            scope = self.scope_at(document)
            name = next(iter(texts(document, named.get("service"), scope)), "")
            path = next(iter(texts(document, named.get("file"), scope)), "")
            file = joined(scope.folder, path) if path else file
        other = self.document(file)
        base = other.services().get(name) if other else None
        if other and base and isinstance(base.value, MappingNode):
            if other is not document:
                self._scopes.setdefault(
                    id(other), FileScope(posixpath.dirname(file), self.scope_at(document).variables)
                )
            self.templates.add(name)
            self._apply(service, other, base.value, "extends", level + 1)

    def _pairs(self, document: Document, node: Node, via: str, separators: str) -> dict[str, ProjectSetting]:
        """A mapping, or a list of `NAME=value`."""
        found: dict[str, ProjectSetting] = {}
        if isinstance(node, MappingNode):
            for item in document.items(node):
                if isinstance(item.value, Scalar) and item.value.tag != RESET:
                    how = via or item.via
                    found[item.name] = self._setting(item.name, item.value, how, document, item)
        elif isinstance(node, SequenceNode):
            for other in node.items:
                entry = document.resolve(other)
                if isinstance(entry, Scalar):
                    how = via or ("" if entry is other else "an anchor")
                    setting = self._entry(entry, how, document, separators)
                    found[setting.name] = setting
        return found

    def _setting(self, name: str, node: Scalar, via: str, document: Document, item: Item) -> ProjectSetting:
        value = None if node.null else interpolated(node.value, self.scope_at(document).variables)
        how = via or ("interpolation" if interpolates(node.value) else "")
        return ProjectSetting(name, value, node.value, how, document, node, item, document.file)

    def _entry(self, node: Scalar, via: str, document: Document, separators: str) -> ProjectSetting:
        place = min((at for separator in separators if (at := node.value.find(separator)) >= 0), default=-1)
        name, raw = (node.value, None) if place < 0 else (node.value[:place], node.value[place + 1 :])
        value = None if raw is None else interpolated(raw, self.scope_at(document).variables)
        how = via or ("interpolation" if interpolates(node.value) else "")
        return ProjectSetting(name, value, raw or "", how, document, node, None, document.file)

    def _env_files(self, service: ProjectService, document: Document, node: Node) -> None:
        scope = self.scope_at(document)
        nodes = node.items if isinstance(node, SequenceNode) else [node]
        for other in map(document.resolve, nodes):
            named = document.item(other, "path") if isinstance(other, MappingNode) else None
            for path in texts(document, named.value if named else other, scope):
                file = joined(scope.folder, path)
                if self.read(file) is None:
                    service.missing.append(file)
                for name, (value, line) in environment(self.read, file, scope.variables).items():
                    inherited = service.environment.get(name)
                    if inherited is None or inherited.via == "env_file":
                        setting = ProjectSetting(name, value, value, "env_file", None, None, None, file, line)
                        service.environment[name] = setting
