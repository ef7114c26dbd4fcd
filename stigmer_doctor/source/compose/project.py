"""A compose project: its files merged as compose merges them, each value with where it comes from."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from stigmer_doctor.source.compose.document import Document, Item, Problem, read
from stigmer_doctor.source.compose.interpolation import env_file, interpolated, interpolates
from stigmer_doctor.source.compose.nodes import Mapping, Node, Scalar
from stigmer_doctor.source.compose.nodes import Sequence as SequenceNode

Read = Callable[[str], bytes | None]
"""The bytes of a file by its path, None where it cannot be read."""
_MOST_FILES = 50
_MOST_LEVELS = 10


@dataclass(frozen=True, slots=True)
class Setting:
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


@dataclass(slots=True)
class Service:
    """A service in force. `blocks` are the mappings that say so, the last one wins."""

    name: str
    file: str
    fields: dict[str, Setting] = field(default_factory=dict)
    environment: dict[str, Setting] = field(default_factory=dict)
    extra_hosts: dict[str, Setting] = field(default_factory=dict)
    networks: bool = False
    blocks: list[tuple[Document, Item, Mapping]] = field(default_factory=list)


class Project:
    """The files of one `docker compose -f ... -f ...`, in their order. `problems` grow while it is looked at."""

    def __init__(self, files: Sequence[str], read_file: Read, folder: str = "") -> None:
        self.files = tuple(files)
        self.problems: list[Problem] = []
        self.templates: set[str] = set()
        """Services that others extend; known once those were looked at."""
        self._read = read_file
        self._documents: dict[str, Document | None] = {}
        self._folder = folder or posixpath.dirname(files[0] if files else "")
        self.variables = {name: value for name, (value, _) in self._env(self._beside(".env")).items()}
        self._all = [each for file in files for each in self._with_includes(file, 0)]

    @property
    def documents(self) -> list[Document]:
        """Those that the services come from, in the order in which they are merged."""
        return self._all

    def services(self) -> dict[str, Service]:
        """Every service that a file of the project names."""
        names = dict.fromkeys(name for document in self._all for name in document.services())
        return {name: self.service(name) for name in names}

    def service(self, name: str) -> Service:
        found = Service(name, self.files[0] if self.files else "")
        for document in self._all:
            item = document.services().get(name)
            if item is not None and isinstance(item.value, Mapping):
                if not found.blocks:
                    found.file = document.file
                found.blocks.append((document, item, item.value))
                self._apply(found, document, item.value, item.via, 0)
        return found

    # ---- files -------------------------------------------------------------------------------------------------------

    def document(self, file: str) -> Document | None:
        """A file's document; None where it cannot be had."""
        if file not in self._documents and len(self._documents) < _MOST_FILES:
            raw = self._read(file)
            self._documents[file] = None
            if raw is None:
                self.problems.append(Problem(file, "cannot be read", certain=False))
            else:
                self._documents[file], problems = read(file, raw)
                self.problems += problems
        return self._documents.get(file)

    def _with_includes(self, file: str, level: int) -> Iterable[Document]:
        document = self.document(file)
        if document is None or not isinstance(document.root, Mapping):
            return
        included = document.item(document.root, "include") if level < _MOST_LEVELS else None
        if included is not None and isinstance(included.value, SequenceNode):
            for each in included.value.items:
                for path in _paths(document, document.resolve(each)):
                    yield from self._with_includes(_joined(posixpath.dirname(file), path), level + 1)
        yield document

    def _beside(self, name: str) -> str:
        return _joined(self._folder, name)

    def _env(self, file: str) -> dict[str, tuple[str, int]]:
        raw = self._read(file)
        return {} if raw is None else env_file(raw.decode("utf-8", "replace").removeprefix("\ufeff"))

    # ---- one service -------------------------------------------------------------------------------------------------

    def _apply(self, service: Service, document: Document, block: Mapping, via: str, level: int) -> None:
        items = {each.name: each for each in document.items(block)}
        if "extends" in items and level < _MOST_LEVELS:
            self._extend(service, document, items["extends"], level)
        for name, item in items.items():
            how = via or item.via
            if name == "environment":
                service.environment |= self._pairs(document, item.value, how, "=")
            elif name == "extra_hosts":
                service.extra_hosts |= self._pairs(document, item.value, how, ":=")
            elif name == "env_file":
                self._env_files(service, document, item.value)
            elif name == "networks":
                service.networks = True
            elif isinstance(item.value, Scalar):
                service.fields[name] = self._setting(name, item.value, how, document, item)
            else:
                service.fields.setdefault(name, Setting(name, None, "", how, document, None, item))

    def _extend(self, service: Service, document: Document, item: Item, level: int) -> None:
        target = item.value
        name, file = "", document.file
        if isinstance(target, Scalar):
            name = target.value
        elif isinstance(target, Mapping):
            named = {each.name: each.value for each in document.items(target)}
            name, path = _text(named.get("service")), _text(named.get("file"))
            file = _joined(posixpath.dirname(document.file), path) if path else file
        other = self.document(file)
        base = other.services().get(name) if other else None
        if other and base and isinstance(base.value, Mapping):
            self.templates.add(name)
            self._apply(service, other, base.value, "extends", level + 1)

    def _pairs(self, document: Document, node: Node, via: str, separators: str) -> dict[str, Setting]:
        """A mapping, or a list of `NAME=value`."""
        found: dict[str, Setting] = {}
        if isinstance(node, Mapping):
            for item in document.items(node):
                if isinstance(item.value, Scalar):
                    how = via or item.via
                    found[item.name] = self._setting(item.name, item.value, how, document, item)
        elif isinstance(node, SequenceNode):
            for each in node.items:
                entry = document.resolve(each)
                if isinstance(entry, Scalar):
                    how = via or ("" if entry is each else "an anchor")
                    setting = self._entry(entry, how, document, separators)
                    found[setting.name] = setting
        return found

    def _setting(self, name: str, node: Scalar, via: str, document: Document, item: Item) -> Setting:
        value = None if node.null else interpolated(node.value, self.variables)
        how = via or ("interpolation" if interpolates(node.value) else "")
        return Setting(name, value, node.value, how, document, node, item, document.file)

    def _entry(self, node: Scalar, via: str, document: Document, separators: str) -> Setting:
        place = min((at for each in separators if (at := node.value.find(each)) >= 0), default=-1)
        name, raw = (node.value, None) if place < 0 else (node.value[:place], node.value[place + 1 :])
        value = None if raw is None else interpolated(raw, self.variables)
        how = via or ("interpolation" if interpolates(node.value) else "")
        return Setting(name, value, raw or "", how, document, node, None, document.file)

    def _env_files(self, service: Service, document: Document, node: Node) -> None:
        nodes = node.items if isinstance(node, SequenceNode) else [node]
        for each in nodes:
            for path in _paths(document, document.resolve(each)):
                file = _joined(posixpath.dirname(document.file), path)
                for name, (value, line) in self._env(file).items():
                    inherited = service.environment.get(name)
                    if inherited is None or inherited.via == "env_file":
                        setting = Setting(name, value, value, "env_file", None, None, None, file, line)
                        service.environment[name] = setting


def _paths(document: Document, node: Node) -> list[str]:
    """A path, or the paths of `{path: ...}`."""
    if isinstance(node, Scalar):
        return [node.value] if node.value and not interpolates(node.value) else []
    if isinstance(node, Mapping):
        found = document.item(node, "path")
        inner = found.value if found else None
        return (
            [_text(each) for each in inner.items]
            if isinstance(inner, SequenceNode)
            else [*filter(None, [_text(inner)])]
        )
    return []


def _text(node: Node | None) -> str:
    return node.value if isinstance(node, Scalar) else ""


def _joined(folder: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(folder, path)) if path else path
