"""What the files of a folder declare at their top. A file is parsed only where its text may declare the name."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

import msgspec

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.source.golang.syntax import GoFile, Node, named, text

_FUNCTION = compiled_later(rb"func\s+(\w+)")
_METHOD = compiled_later(rb"func\s*\(([^{\n]*?)\)\s*\w+\s*[\[(]")
_SINGLE = compiled_later(rb"\b(?:type|var|const)\s+(\w+(?:\s*,\s*\w+)*)")
_GROUP = compiled_later(rb"\b(?:type|var|const)\s*\(")
_WORD = compiled_later(rb"\w+")


class Declared(msgspec.Struct, frozen=True, eq=False):
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


class _Names(msgspec.Struct):
    """The words of a file that may be names of what it declares: too many rather than too few."""

    functions: frozenset[bytes]
    receivers: frozenset[bytes]
    others: frozenset[bytes]


def _names(body: bytes) -> _Names:
    groups = (body[match.end() : _end(body, match.end())] for match in _GROUP.finditer(body))
    return _Names(
        frozenset(_FUNCTION.findall(body)),
        frozenset(_words(_METHOD.findall(body))),
        frozenset(_words(chain(_SINGLE.findall(body), groups))),
    )


def _end(body: bytes, start: int) -> int:
    """The end of a group of declarations, as people write them; the file's, where a text of many lines is in it."""
    end = body.find(b"\n)", start)
    return len(body) if end < 0 or b"`" in body[start:end] else end


def _words(parts: Iterable[bytes]) -> Iterator[bytes]:
    return chain.from_iterable(_WORD.findall(part) for part in parts)


class _Top(msgspec.Struct):
    """What one file declares, by name."""

    functions: dict[str, list[Declared]] = msgspec.field(default_factory=dict)
    methods: dict[str, list[Declared]] = msgspec.field(default_factory=dict)
    types: dict[str, list[Declared]] = msgspec.field(default_factory=dict)
    values: dict[str, list[Declared]] = msgspec.field(default_factory=dict)


class Package:
    """The files of a folder. Several declarations of a name where files are for different systems."""

    def __init__(
        self, paths: Iterable[str], read: Callable[[str], bytes], parsed: Callable[[str], GoFile | None]
    ) -> None:
        self._parsed = parsed
        self._names = [(path, _names(read(path))) for path in paths]
        self._tops: dict[str, _Top] = {}
        self._functions: dict[str, list[Declared]] = {}
        self._types: dict[str, list[Declared]] = {}
        self._values: dict[str, list[Declared]] = {}
        self._methods: dict[str, dict[str, list[Declared]]] = {}

    def functions(self, name: str) -> list[Declared]:
        if name not in self._functions:
            word = name.encode()
            tops = [self._top(path) for path, names in self._names if word in names.functions]
            self._functions[name] = [one for top in tops for one in top.functions.get(name, ())]
        return self._functions[name]

    def types(self, name: str) -> list[Declared]:
        if name not in self._types:
            self._types[name] = [one for other in self._others(name) for one in other.types.get(name, ())]
        return self._types[name]

    def values(self, name: str) -> list[Declared]:
        if name not in self._values:
            self._values[name] = [one for other in self._others(name) for one in other.values.get(name, ())]
        return self._values[name]

    def methods(self, type_name: str) -> dict[str, list[Declared]]:
        """The methods of a type, by name."""
        if type_name not in self._methods:
            word, found = type_name.encode(), dict[str, list[Declared]]()
            tops = [self._top(path) for path, names in self._names if word in names.receivers]
            for one in (one for top in tops for one in top.methods.get(type_name, ())):
                found.setdefault(one.name, []).append(one)
            self._methods[type_name] = found
        return self._methods[type_name]

    def _others(self, name: str) -> list[_Top]:
        word = name.encode()
        return [self._top(path) for path, names in self._names if word in names.others]

    def _top(self, path: str) -> _Top:
        if path not in self._tops:
            file = self._parsed(path)
            self._tops[path] = _top(file) if file is not None else _Top()
        return self._tops[path]


def _top(file: GoFile) -> _Top:
    found = _Top()
    for node in file.root.named_children:
        match node.type:
            case "function_declaration" | "method_declaration":
                if made := function(node, file):
                    where, name = (found.methods, made.receiver) if made.receiver else (found.functions, made.name)
                    where.setdefault(name, []).append(made)
            case "type_declaration":
                for spec in node.named_children:
                    if spec.type in ("type_spec", "type_alias"):
                        name = text(spec.child_by_field_name("name"))
                        found.types.setdefault(name, []).append(Declared(name, spec, file))
            case "const_declaration" | "var_declaration":
                _add_values(node, file, found)
    return found


def _add_values(node: Node, file: GoFile, found: _Top) -> None:
    previous: Node | None = None
    for spec in _specs(node):
        if spec.child_by_field_name("value") is not None:
            previous = spec
        for index, name in enumerate(named(spec, "name")):
            made = Declared(text(name), spec, file, index=index, previous=previous)
            found.values.setdefault(made.name, []).append(made)


def _specs(node: Node) -> Iterator[Node]:
    for child in node.named_children:
        if child.type in ("const_spec", "var_spec"):
            yield child
        elif child.type == "var_spec_list":
            yield from _specs(child)


def running(node: Node, file: GoFile) -> Declared | None:
    """What can run: a function, or variables, whose values can hold functions."""
    if node.type == "var_declaration":
        return Declared("", node, file)
    return function(node, file) if node.type in ("function_declaration", "method_declaration") else None


def function(node: Node, file: GoFile) -> Declared | None:
    """A function or method with a body."""
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
