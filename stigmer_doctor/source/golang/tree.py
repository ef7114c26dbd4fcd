"""The Go files of a source tree: packages, what they declare, and where a name stands. Each file is read once."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from stigmer_doctor.source.golang.imports import imports
from stigmer_doctor.source.golang.syntax import GoFile, Node, named, text
from stigmer_doctor.source.golang.systems import systems_of

_MODULE = re.compile(r"^module\s+\"?([^\s\"]+)", re.MULTILINE)
_MOST_KEPT = 24 * 1024 * 1024


@dataclass(frozen=True, slots=True, eq=False)
class Declared:
    """A declaration at the top of a file: a function, a method, a type, a constant or a variable."""

    name: str
    node: Node
    file: GoFile
    receiver: str = ""
    index: int = 0
    previous: Node | None = None

    @property
    def folder(self) -> str:
        return posixpath.dirname(self.file.file)

    @property
    def key(self) -> tuple[str, int]:
        return self.file.file, self.node.start_byte


@dataclass(slots=True)
class Package:
    """What the files of a folder declare, by name; several where files are for different systems."""

    folder: str
    functions: dict[str, list[Declared]] = field(default_factory=dict)
    methods: dict[str, dict[str, list[Declared]]] = field(default_factory=dict)
    types: dict[str, list[Declared]] = field(default_factory=dict)
    values: dict[str, list[Declared]] = field(default_factory=dict)


class GoTree:
    """`paths` are all Go files but tests; `parsed` gives a file's tree or None, `read` any file's bytes."""

    def __init__(
        self, paths: Iterable[str], parsed: Callable[[str], GoFile | None], read: Callable[[str], bytes | None]
    ) -> None:
        self._parsed, self._read = parsed, read
        self.folders: dict[str, list[str]] = {}
        for path in paths:
            self.folders.setdefault(posixpath.dirname(path), []).append(path)
        self._packages: dict[str, Package] = {}
        self._systems: dict[str, frozenset[str]] = {}
        self._imports: dict[str, dict[str, str]] = {}
        self._functions: dict[str, list[Declared]] = {}
        self._kept: dict[str, bytes] = {}
        self._kept_bytes = 0
        self._holding: dict[bytes, list[str]] = {}

    # ---- files and packages ------------------------------------------------------------------------------------------

    def file(self, path: str) -> GoFile | None:
        return self._parsed(path)

    def files(self, folder: str) -> list[GoFile]:
        """The files of a folder, but for those that a program wrote: they start no container."""
        return [
            file for path in self.folders.get(folder, ()) if not self._generated(path) and (file := self._parsed(path))
        ]

    def _generated(self, path: str) -> bool:
        return b"// Code generated" in self._bytes(path)[:2048]

    def imports(self, file: GoFile) -> dict[str, str]:
        if file.file not in self._imports:
            self._imports[file.file] = imports(file)
        return self._imports[file.file]

    def built_for(self, file: GoFile, system: str) -> bool:
        if file.file not in self._systems:
            self._systems[file.file] = systems_of(file.file, file.body[:8192])
        return system in self._systems[file.file]

    def package(self, folder: str) -> Package:
        if folder not in self._packages:
            found = Package(folder)
            for file in self.files(folder):
                _index(file, found)
            self._packages[folder] = found
        return self._packages[folder]

    @cached_property
    def _modules(self) -> list[tuple[str, str]]:
        """Paths and folders of the modules, the longest path first."""
        above: dict[str, None] = {}
        for each in self.folders:
            here = each
            while here not in above:
                above[here] = None
                here = posixpath.dirname(here)
        found = []
        for folder in above:
            raw = self._read(posixpath.join(folder, "go.mod"))
            if raw and (match := _MODULE.search(raw.decode("utf-8", "replace"))):
                found.append((match[1], folder))
        return sorted(found, key=lambda each: (-len(each[0]), each[1]))

    def folder_of(self, path: str) -> str | None:
        """The folder of an import path that is in the tree; None for others."""
        for name, root in self._modules:
            if path == name or path.startswith(f"{name}/"):
                folder = posixpath.normpath(posixpath.join(root, path[len(name) + 1 :]))
                return "" if folder == "." else (folder if folder in self.folders else None)
        return None

    @cached_property
    def systems(self) -> Touching:
        """What of the tree hangs on the system, by name."""
        return Touching(self)

    def bytes_of(self, path: str) -> bytes:
        return self._bytes(path)

    @cached_property
    def _written(self) -> list[str]:
        """The files that people wrote, in order."""
        return sorted(path for inside in self.folders.values() for path in inside if not self._generated(path))

    # ---- names -------------------------------------------------------------------------------------------------------

    def holding(self, words: bytes) -> list[str]:
        """The files whose text has these bytes in it."""
        if words not in self._holding:
            self._holding[words] = [path for path in self._written if words in self._bytes(path)]
        return self._holding[words]

    def _bytes(self, path: str) -> bytes:
        if path in self._kept:
            return self._kept[path]
        raw = self._read(path) or b""
        if self._kept_bytes + len(raw) <= _MOST_KEPT:
            self._kept[path] = raw
            self._kept_bytes += len(raw)
        return raw

    def functions(self, file: GoFile) -> list[Declared]:
        """The functions and methods of a file, and its variables (whose values hold functions), in the text's order."""
        if file.file not in self._functions:
            found = [_running(each, file) for each in file.root.named_children]
            self._functions[file.file] = [each for each in found if each]
        return self._functions[file.file]

    def around(self, file: GoFile, words: bytes) -> Iterator[Declared]:
        """The functions of a file that have these bytes in them."""
        for each in self.functions(file):
            if file.body.find(words, each.node.start_byte, each.node.end_byte) >= 0:
                yield each


_FUNCTION = re.compile(rb"^func[ \t]+(?:\([^)\n]*\)[ \t]*)?(\w+)", re.MULTILINE)
_VALUE = re.compile(rb"^[ \t]*(?:const[ \t]+|var[ \t]+)?(\w+)[ \t]*(?:\w+[ \t]*)?=[^=\n]*", re.MULTILINE)
_BUILT = re.compile(
    rb"^//go:build[^\n]*(?:linux|darwin|windows|unix)|^// \+build[^\n]*(?:linux|darwin|windows)", re.MULTILINE
)
_BUILT_NAME = re.compile(r"_(?:linux|darwin|windows)(?:_\w+)?\.go$")
_GIVES_NOTHING = re.compile(rb"^func[^{\n]*\)[ \t]*(?:error[ \t]*)?\{", re.MULTILINE)
_MOST_ROUNDS, _MOST_NAMES, _MOST_HOLDING = 3, 300, 40


class Touching:
    """The names of functions, constants and variables whose value may hang on the system: those that say so, those of
    files for one system, and those that use one of these. By the text alone: a name too many only costs time."""

    def __init__(self, tree: GoTree) -> None:
        self._tree, self._constrained = tree, set[str]()
        self.names = self._close(
            {name for path in tree.holding(b"GOOS") for name in _saying(tree.bytes_of(path), [b"GOOS"])}
        )
        words = [b"GOOS", *(name.encode() for name in sorted(self.names))]
        self._any = re.compile(rb"\b(?:" + b"|".join(map(re.escape, words)) + rb")\b")
        self._around: dict[str, bool] = {}

    def touched(self, body: bytes) -> bool:
        return self._any.search(body) is not None

    def around(self, name: str, *, line: bool = False) -> bool:
        """Whether a function, or a line, that has the name in it also has one of these."""
        key = f"{name}\n" if line else name
        if key not in self._around:
            words = name.encode()
            holding = self._tree.holding(words)
            bodies = [self._tree.bytes_of(path) for path in holding]
            self._around[key] = (
                any(self._given(words, each) for each in bodies)
                if line
                else any(words in part and self.touched(part) for each in bodies for part in _chunks(each))
            )
        return self._around[key]

    def _given(self, words: bytes, body: bytes) -> bool:
        """Whether one of these stands behind the words on a line that sets or calls them."""
        return any(
            self.touched(each[1])
            for each in re.finditer(rb"\b" + re.escape(words) + rb"([ \t]*[:=+].*|(?<=\().*)", body)
        )

    def for_one_system(self, words: bytes) -> bool:
        """Whether a file for one system, or a function that looks at the system, has the words in it."""
        return any(path in self._constrained for path in self._tree.holding(words)) or self.around(words.decode())

    def _close(self, names: set[str]) -> set[str]:
        for path in self._tree.holding(b""):
            if _BUILT_NAME.search(path) or _BUILT.search(self._tree.bytes_of(path)[:4096]):
                self._constrained.add(path)
                names |= _saying(self._tree.bytes_of(path), [b""])
        new = set(names)
        for _ in range(_MOST_ROUNDS):
            more: set[str] = set()
            for name in sorted(new)[:_MOST_NAMES]:
                holding = self._tree.holding(name.encode())
                for path in holding if len(holding) <= _MOST_HOLDING else ():
                    more |= _saying(self._tree.bytes_of(path), [name.encode()])
            new = more - names
            names |= new
        return names


def _chunks(body: bytes) -> list[bytes]:
    starts = [0, *(match.start() for match in _FUNCTION.finditer(body)), len(body)]
    return [body[start:end] for start, end in pairwise(starts)]


def _saying(body: bytes, words: list[bytes]) -> set[str]:
    """The functions that give something, and the values, in whose text one of the words is."""
    found: set[str] = set()
    for chunk in _chunks(body):
        if not any(word in chunk for word in words):
            continue
        match = _FUNCTION.match(chunk)
        if match is None:
            found |= {each[1].decode() for each in _VALUE.finditer(chunk) if any(word in each[0] for word in words)}
        elif not _GIVES_NOTHING.match(chunk) and not any(chunk.startswith(b"func " + word) for word in words if word):
            found.add(match[1].decode())
    return {each for each in found if len(each) > 2}


def _index(file: GoFile, found: Package) -> None:
    for node in file.root.named_children:
        match node.type:
            case "function_declaration" | "method_declaration":
                if made := _function(node, file):
                    where = found.methods.setdefault(made.receiver, {}) if made.receiver else found.functions
                    where.setdefault(made.name, []).append(made)
            case "type_declaration":
                for spec in node.named_children:
                    if spec.type in ("type_spec", "type_alias"):
                        name = text(spec.child_by_field_name("name"))
                        found.types.setdefault(name, []).append(Declared(name, spec, file))
            case "const_declaration" | "var_declaration":
                _values(node, file, found)


def _values(node: Node, file: GoFile, found: Package) -> None:
    previous: Node | None = None
    for spec in _specs(node):
        if spec.child_by_field_name("value") is not None:
            previous = spec
        for index, name in enumerate(named(spec, "name")):
            made = Declared(text(name), spec, file, index=index, previous=previous)
            found.values.setdefault(made.name, []).append(made)


def _specs(node: Node) -> Iterator[Node]:
    for each in node.named_children:
        if each.type in ("const_spec", "var_spec"):
            yield each
        elif each.type == "var_spec_list":
            yield from _specs(each)


def _running(node: Node, file: GoFile) -> Declared | None:
    if node.type == "var_declaration":
        return Declared("", node, file)
    return _function(node, file) if node.type in ("function_declaration", "method_declaration") else None


def _function(node: Node, file: GoFile) -> Declared | None:
    name, receiver = text(node.child_by_field_name("name")), node.child_by_field_name("receiver")
    if not name or node.child_by_field_name("body") is None:
        return None
    return Declared(name, node, file, receiver=receiver_type(receiver) if receiver is not None else "")


def receiver_type(receiver: Node) -> str:
    for declared in receiver.named_children:
        stated = declared.child_by_field_name("type")
        while stated is not None and stated.type in ("pointer_type", "parenthesized_type", "generic_type"):
            stated = stated.named_child(0)
        return text(stated)
    return ""
