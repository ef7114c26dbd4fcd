"""The packages of a source tree: where an import leads, what types have which methods."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from stigmer_doctor.source.golang.imports import imports
from stigmer_doctor.source.golang.syntax import GoFile, Node, of_type, text

_MODULE = re.compile(r"^module\s+\"?([^\s\"]+)", re.MULTILINE)
_MOST_LEVELS = 6


@dataclass(slots=True)
class Type:
    """A type of a package. `embedded` are the types in it, as (package folder or None, name)."""

    name: str
    folder: str
    methods: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)
    embedded: list[tuple[str | None, str]] = field(default_factory=list)
    declared: bool = False
    alias: bool = False


class Packages:
    """`files_of` gives the parsed Go files of a folder, `read` the bytes of a file."""

    def __init__(self, files_of: Callable[[str], list[GoFile]], read: Callable[[str], bytes | None]) -> None:
        self._files_of, self._read = files_of, read
        self._types: dict[str, dict[str, Type]] = {}
        self._modules: dict[str, tuple[str, str] | None] = {}

    def folder_of(self, path: str, file: GoFile) -> str | None:
        """The folder of an import path that is in the tree; None for others."""
        module = self._module(posixpath.dirname(file.file))
        if module is None:
            return None
        name, root = module
        if path != name and not path.startswith(f"{name}/"):
            return None
        return posixpath.normpath(posixpath.join(root, path[len(name) + 1 :])) if path != name else root

    def _module(self, folder: str) -> tuple[str, str] | None:
        """The module's path and folder."""
        if folder not in self._modules:
            raw = self._read(posixpath.join(folder, "go.mod"))
            match = _MODULE.search(raw.decode("utf-8", "replace")) if raw else None
            above = posixpath.dirname(folder)
            self._modules[folder] = (match[1], folder) if match else (self._module(above) if folder else None)
        return self._modules[folder]

    def files(self, folder: str) -> list[GoFile]:
        return self._files_of(folder)

    def type(self, folder: str, name: str) -> Type | None:
        found = self._index(folder).get(name)
        return found if found and found.declared else None

    def members(self, wanted: Type, level: int = 0) -> set[str] | None:
        """Its methods and fields with those of embedded types; None where one of these is not in the tree."""
        if wanted.alias or level > _MOST_LEVELS:
            return None
        found = wanted.methods | wanted.fields
        for folder, name in wanted.embedded:
            inner = self.type(folder, name) if folder is not None else None
            more = self.members(inner, level + 1) if inner else None
            if more is None:
                return None
            found |= more
        return found

    def result(self, folder: str, function: str) -> tuple[str | None, str] | None:
        """The type of a function's first result, as (folder, name)."""
        for file in self.files(folder):
            for node in of_type(file.root, "function_declaration"):
                if text(node.child_by_field_name("name")) == function:
                    return self.named(_first_result(node), file)
        return None

    def named(self, node: Node | None, file: GoFile) -> tuple[str | None, str] | None:
        """The type that a type expression names, through a pointer; the folder is None outside of the tree."""
        if node is not None and node.type in ("pointer_type", "parenthesized_type"):
            return self.named(node.named_child(0), file)
        if node is not None and node.type == "type_identifier":
            return posixpath.dirname(file.file), text(node)
        if node is not None and node.type == "qualified_type":
            path = imports(file).get(text(node.child_by_field_name("package")), "")
            return self.folder_of(path, file), text(node.child_by_field_name("name"))
        return None

    def _index(self, folder: str) -> dict[str, Type]:
        if folder not in self._types:
            types: dict[str, Type] = {}
            for file in self.files(folder):
                self._declarations(file, folder, types)
                _methods(file, folder, types)
            self._types[folder] = types
        return self._types[folder]

    def _declarations(self, file: GoFile, folder: str, types: dict[str, Type]) -> None:
        for spec in of_type(file.root, "type_spec", "type_alias"):
            name = text(spec.child_by_field_name("name"))
            made = types.setdefault(name, Type(name, folder))
            made.declared, made.alias = True, spec.type == "type_alias"
            body = spec.child_by_field_name("type")
            if body is None or body.type in ("type_identifier", "qualified_type", "generic_type"):
                made.alias = True  # its methods are its own, its fields another one's
            elif body.type == "struct_type":
                self._fields(body, file, made)
            elif body.type == "interface_type":
                self._interface(body, file, made)

    def _fields(self, body: Node, file: GoFile, made: Type) -> None:
        for declared in _direct(body, "field_declaration"):
            names = declared.children_by_field_name("name")
            made.fields |= {text(each) for each in names}
            if not names:
                inner = self.named(declared.child_by_field_name("type"), file)
                made.embedded.append(inner or (None, "?"))
                made.fields |= {inner[1]} if inner else set()

    def _interface(self, body: Node, file: GoFile, made: Type) -> None:
        for each in body.named_children:
            if each.type in ("method_elem", "method_spec"):
                made.methods.add(text(each.child_by_field_name("name")))
            elif each.type != "comment":
                made.embedded.append(self.named(each.named_child(0), file) or (None, "?"))


def _direct(body: Node, kind: str) -> Iterator[Node]:
    for each in body.named_children:
        if each.type == "field_declaration_list":
            yield from (inner for inner in each.named_children if inner.type == kind)


def _methods(file: GoFile, folder: str, types: dict[str, Type]) -> None:
    for node in of_type(file.root, "method_declaration"):
        receiver = node.child_by_field_name("receiver")
        names: Iterable[Node] = of_type(receiver, "type_identifier") if receiver is not None else ()
        for name in list(names)[:1]:
            types.setdefault(text(name), Type(text(name), folder)).methods.add(text(node.child_by_field_name("name")))


def _first_result(function: Node) -> Node | None:
    result = function.child_by_field_name("result")
    if result is not None and result.type == "parameter_list":
        first = result.named_child(0)
        return first.child_by_field_name("type") if first is not None else None
    return result
