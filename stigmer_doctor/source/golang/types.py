"""Types of Go code as far as the tree tells them: where a named type is declared, its fields, its methods."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from stigmer_doctor.source.golang.packages import Declared, receiver_type
from stigmer_doctor.source.golang.syntax import GoFile, Node, named, text
from stigmer_doctor.source.golang.tree import GoTree

_MOST_LEVELS = 6
_BASIC = frozenset(
    [
        "string",
        "bool",
        "error",
        "any",
        "byte",
        "rune",
        "int",
        "int8",
        "int16",
        "int32",
        "int64",
        "uint",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
        "uintptr",
        "float32",
        "float64",
        "complex64",
        "complex128",
    ]
)


class Type(NamedTuple):
    """`kind`: "named" (`folder` and `name`), "outside" (`folder` is the import path), "list" or "map" (`of` is the
    element's), "function" (`results`), "basic"."""

    kind: str
    folder: str = ""
    name: str = ""
    of: Type | None = None
    results: tuple[Type | None, ...] = ()


class Member(NamedTuple):
    """What a selector leads to: a field with its type, or a method. `owner` is the type that has it."""

    owner: Type
    name: str
    type: Type | None = None
    method: Declared | None = None


_Whole = frozenset[str] | None
"""The folders that must be read to their ends for all members of a type to be known; None where some cannot be."""
_NOTHING_ELSE: frozenset[str] = frozenset()
STRING = Type("basic", name="string")
NUMBER = Type("basic", name="int")


class Types:
    """Looks types up in the tree; one instance an operating system."""

    def __init__(self, tree: GoTree, system: str) -> None:
        self._tree, self._system = tree, system
        self._collected: dict[Type, tuple[dict[str, Member], _Whole]] = {}
        self._whole: dict[str, bool] = {}

    def stated(self, node: Node | None, file: GoFile) -> Type | None:
        """The type that a type expression names; through pointers."""
        if node is None:
            return None
        match node.type:
            case "pointer_type" | "parenthesized_type":
                return self.stated(node.named_child(0), file)
            case "generic_type":
                return self.stated(node.child_by_field_name("type"), file)
            case "type_identifier":
                return self.stated_name(text(node), file)
            case "qualified_type":
                path = self._tree.imports(file).get(text(node.child_by_field_name("package")), "")
                name, folder = text(node.child_by_field_name("name")), self._tree.folder_of(path)
                return Type("outside", path, name) if folder is None else Type("named", folder, name)
            case "slice_type" | "array_type" | "implicit_length_array_type":
                return Type("list", of=self.stated(node.child_by_field_name("element"), file))
            case "map_type":
                return Type("map", of=self.stated(node.child_by_field_name("value"), file))
            case "function_type":
                return Type("function", results=self.results(node, file))
        return None

    def stated_name(self, name: str, file: GoFile) -> Type | None:
        """The type of this name, in a file."""
        found = self.stated_in(file.file.rpartition("/")[0], name)
        return found or (Type("basic", name=name) if name in _BASIC else None)

    def stated_in(self, folder: str, name: str) -> Type | None:
        return Type("named", folder, name) if self._tree.package(folder).types(name) else None

    def results(self, function: Node, file: GoFile) -> tuple[Type | None, ...]:
        result = function.child_by_field_name("result")
        if result is None:
            return ()
        if result.type != "parameter_list":
            return (self.stated(result, file),)
        found: list[Type | None] = []
        for child in result.named_children:
            if child.type == "parameter_declaration":
                made = self.stated(child.child_by_field_name("type"), file)
                found += [made] * max(len(named(child, "name")), 1)
        return tuple(found)

    def parameters(self, function: Node, file: GoFile) -> Iterator[tuple[str, Type | None, bool]]:
        """Each parameter of a function: its name, its type, and whether it takes all arguments that are left."""
        parameters = function.child_by_field_name("parameters")
        for child in parameters.named_children if parameters is not None else ():
            stated = self.stated(child.child_by_field_name("type"), file)
            if child.type == "variadic_parameter_declaration":
                yield text(child.child_by_field_name("name")), Type("list", of=stated), True
            elif child.type == "parameter_declaration":
                for name in [text(one) for one in named(child, "name")] or ["_"]:
                    yield name, stated, False

    def declared(self, wanted: Type) -> Declared | None:
        found = self._tree.package(wanted.folder).types(wanted.name) if wanted.kind == "named" else []
        return next((declared for declared in found if self._tree.built_for(declared.file, self._system)), None)

    def underlying(self, wanted: Type | None, level: int = 0) -> Type | None:
        """What a named type is made of, where that is a list, a map or another named type."""
        if wanted is None or wanted.kind != "named" or level > _MOST_LEVELS:
            return wanted
        found = self.declared(wanted)
        body = found.node.child_by_field_name("type") if found else None
        if found is None or body is None or body.type in ("struct_type", "interface_type"):
            return wanted
        return self.underlying(self.stated(body, found.file), level + 1)

    def structure(self, wanted: Type | None) -> tuple[Node, GoFile] | None:
        """The struct that a type is declared as."""
        found = self.declared(wanted) if wanted else None
        body = found.node.child_by_field_name("type") if found else None
        if found and body is not None and body.type in ("type_identifier", "qualified_type"):
            return self.structure(self.stated(body, found.file))
        return (body, found.file) if found and body is not None and body.type == "struct_type" else None

    # ---- members -----------------------------------------------------------------------------------------------------

    def member(self, wanted: Type | None, name: str) -> Member | None:
        return (self.known(wanted) or {}).get(name) if wanted else None

    def known(self, wanted: Type, level: int = 0) -> dict[str, Member]:
        """The members of a type that are in the tree, with those of embedded types."""
        found, _ = self._collect(wanted, level)
        return found

    def members(self, wanted: Type) -> dict[str, Member] | None:
        """All members of a type; None where one may be missing here."""
        found, whole = self._collect(wanted, 0)
        return None if whole is None or any(self._broken(part) for part in whole) else found

    def _collect(self, wanted: Type, level: int) -> tuple[dict[str, Member], _Whole]:
        if wanted not in self._collected:
            found, whole = self._collect_new(wanted, level)
            if level:  # something below may have been cut
                return found, whole
            self._collected[wanted] = found, whole
        return self._collected[wanted]

    def _collect_new(self, wanted: Type, level: int) -> tuple[dict[str, Member], _Whole]:
        declared = self.declared(wanted)
        if declared is None or level > _MOST_LEVELS:
            return {}, None
        body, found = declared.node.child_by_field_name("type"), dict[str, Member]()
        whole: _Whole = _NOTHING_ELSE
        if body is None or declared.node.child_by_field_name("type_parameters") is not None:
            return {}, None
        match body.type:
            case "struct_type":
                whole = self._fields(wanted, body, declared.file, found, level)
            case "interface_type":
                whole = self._interface(wanted, body, declared.file, found, level)
            case "type_identifier" | "qualified_type" | "generic_type":
                inner = self.stated(body, declared.file)
                if inner and inner.kind != "basic":
                    more, whole = self._collect(inner, level + 1)
                    alias = declared.node.type == "type_alias"
                    found |= {name: item for name, item in more.items() if alias or item.method is None}
        for name, methods in self._tree.package(wanted.folder).methods(wanted.name).items():
            built = next((method for method in methods if self._tree.built_for(method.file, self._system)), None)
            if built or methods:
                found[name] = Member(wanted, name, method=built or methods[0])
        return found, _both(whole, frozenset([wanted.folder]))

    def _broken(self, folder: str) -> bool:
        """Whether a file of the package cannot be read to its end, so that something may be missing."""
        if folder not in self._whole:
            paths = self._tree.people_wrote(folder)
            files = [file for path in paths if (file := self._tree.file(path))]
            whole = len(files) == len(self._tree.folders.get(folder, ()))
            self._whole[folder] = whole and not any(file.fault and not file.fault.right for file in files)
        return not self._whole[folder]

    def _fields(self, owner: Type, body: Node, file: GoFile, found: dict[str, Member], level: int) -> _Whole:
        whole: _Whole = _NOTHING_ELSE
        for listed in body.named_children:
            for child in listed.named_children if listed.type == "field_declaration_list" else ():
                if child.type != "field_declaration":
                    continue
                stated, names = self.stated(child.child_by_field_name("type"), file), named(child, "name")
                for name in names:
                    found[text(name)] = Member(owner, text(name), stated)
                if not names:
                    whole = _both(whole, self._embedded(owner, child, stated, found, level))
        return whole

    def _embedded(self, owner: Type, node: Node, stated: Type | None, found: dict[str, Member], level: int) -> _Whole:
        name = stated.name if stated else text(node.child_by_field_name("type")).rpartition(".")[2].lstrip("*")
        found[name] = Member(owner, name, stated)
        if stated is None or stated.kind != "named":
            return None
        more, whole = self._collect(stated, level + 1)
        for inner, member in more.items():
            found.setdefault(inner, member)
        return whole

    def _interface(self, owner: Type, body: Node, file: GoFile, found: dict[str, Member], level: int) -> _Whole:
        whole: _Whole = _NOTHING_ELSE
        for child in body.named_children:
            if child.type in ("method_elem", "method_spec"):
                name = text(child.child_by_field_name("name"))
                found[name] = Member(owner, name, Type("function", results=self.results(child, file)))
            elif child.type != "comment":
                inner = self.stated(child.named_child(0), file)
                if inner is None or inner.kind != "named":
                    whole = None
                    continue
                more, inside = self._collect(inner, level + 1)
                found |= {name: member for name, member in more.items() if name not in found}
                whole = _both(whole, inside)
        return whole


def _both(one: _Whole, other: _Whole) -> _Whole:
    return None if one is None or other is None else one | other


def receiver_of(function: Node) -> tuple[str, str]:
    """The name and the type's name of a method's receiver."""
    receiver = function.child_by_field_name("receiver")
    if receiver is None:
        return "", ""
    names = [text(name) for child in receiver.named_children for name in named(child, "name")]
    return (names[0] if names else ""), receiver_type(receiver)
