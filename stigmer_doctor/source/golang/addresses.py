"""Loopback addresses that reach the container, and the tree's own function that would translate them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.edits import Edit
from stigmer_doctor.source.golang.containers import Start, WrittenVariable, variables
from stigmer_doctor.source.golang.machine import Machine
from stigmer_doctor.source.golang.packages import Declared
from stigmer_doctor.source.golang.syntax import Node, ancestors, elements, literal, named, text
from stigmer_doctor.source.golang.types import receiver_of
from stigmer_doctor.source.golang.values import GoPlace, Text, text_of, texts

_LOOPBACK = compiled_later(r"(?:^|//|@)(?P<host>localhost|127\.\d+\.\d+\.\d+|\[::1\])(?=[:/\0]|$)")
_ALIAS = b"host.docker.internal"
_VMS = ("darwin", "windows")
_TRIED = ("localhost:1", "127.0.0.1:1")
_VERB = compiled_later(r"%[-+# 0-9.]*([a-zA-Z])")


class Handed(NamedTuple):
    """A variable with what it is on all systems. `loopback` is a text of it that holds a loopback address `host` on
    `systems`; `untold` says why nothing can be said."""

    first: WrittenVariable
    values: tuple[Text, ...]
    loopback: Text | None
    host: str
    systems: tuple[str, ...]
    untold: str


class Resolver(NamedTuple):
    """A function or method that turns this machine's address into the one for containers. `whole`: all of them."""

    declared: Declared
    whole: bool

    @property
    def name(self) -> str:
        return self.declared.name


def handed(start: Start) -> Iterator[Handed]:
    """The variables of a container, each place and name once."""
    found: dict[tuple[object, ...], list[WrittenVariable]] = {}
    for variable in variables(start):
        found.setdefault((variable.place.key, variable.name), []).append(variable)
    for group in found.values():
        yield _judged(group)


def _judged(group: list[WrittenVariable]) -> Handed:
    ordered = sorted(group, key=lambda address: address.system not in _VMS)
    values = tuple({address.value.shape: address.value for address in ordered}.values())
    bad = [
        (address, match)
        for address in group
        if address.system in _VMS and (match := _LOOPBACK.search(address.value.shape))
    ]
    sure = [(address, match) for address, match in bad if not (address.doubt or address.value.doubt)]
    systems = tuple(dict.fromkeys(address.system for address, _ in sure))
    lost = next((address.value.lost for address in group if address.system in _VMS and address.value.lost), "")
    if sure:
        return Handed(group[0], values, sure[0][0].value, sure[0][1]["host"], systems, "")
    untold = lost if not bad else "a condition on its way cannot be judged here"
    return Handed(group[0], values, None, "", (), untold)


def value_node(found: Handed) -> Node:
    """The expression that gives the variable its address: an argument of Sprintf, a term of a sum, or the literal."""
    node = found.first.place.node
    if node.type == "call_expression":
        arguments = node.child_by_field_name("arguments")
        parts = elements(arguments) if arguments is not None else []
        if parts and (form := literal(parts[0])) is not None:
            return _of_format(form, parts) or parts[0]
        return node
    terms = _terms(node)
    if len(terms) > 1:
        head = literal(terms[0]) or ""
        if _LOOPBACK.search(head.partition("=")[2]):
            return terms[0]
        return next((term for term in terms[1:] if literal(term) not in ("=", "http://")), terms[-1])
    return node


def _of_format(form: str, parts: list[Node]) -> Node | None:
    """The argument that the host comes from."""
    value = form.partition("=")[2]
    if _LOOPBACK.search(value):
        return parts[0]
    before = len(_VERB.findall(form.partition("=")[0]))
    index = 1 + before
    return parts[index] if index < len(parts) else None


def _terms(node: Node) -> list[Node]:
    terms: list[Node] = []
    while node.type == "binary_expression" and text(node.child_by_field_name("operator")) == "+":
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            break
        terms.append(right)
        node = left
    return [node, *terms[::-1]]


# ---- the tree's own function -----------------------------------------------------------------------------------------


def resolvers(machine: Machine, folder: str) -> Iterator[Resolver]:
    """Functions of a package that take one string, give one string, and translate a loopback address."""
    for path in machine.tree.people_wrote(folder):
        file = machine.tree.file(path) if _ALIAS in machine.tree.bytes_of(path) else None
        for declared in machine.tree.around(file, _ALIAS) if file is not None else ():
            results = machine.types.results(declared.node, declared.file)
            if len(results) == 1 and results[0] and results[0].name == "string" and _one_string(declared):
                said = [_resolved(machine, declared, system) for system in _TRIED]
                if not all(_LOOPBACK.search(address) for address in said):
                    yield Resolver(declared, not any(_LOOPBACK.search(address) for address in said))


def _resolved(machine: Machine, declared: Declared, address: str) -> str:
    found = machine.inline(declared, None, [text_of(address)], False).value
    return next((other.shape for other in texts(found) if _LOOPBACK.search(other.shape)), "")


def _one_string(declared: Declared) -> bool:
    parameters = declared.node.child_by_field_name("parameters")
    given = parameters.named_children if parameters is not None else []
    return (
        len(given) == 1 and text(given[0].child_by_field_name("type")) == "string" and len(named(given[0], "name")) == 1
    )


def wrapped(node: Node, place: GoPlace, resolver: Resolver, start: Declared) -> tuple[Edit, ...]:
    """The edits that pass an expression through the resolver."""
    own, kind = receiver_of(start.node)
    method = resolver.declared.receiver
    if (method and (kind != method or not own)) or not _in_function(node, start):
        return ()
    if not resolver.whole or place.node.type == "interpreted_string_literal" == node.type:
        return ()
    called = f"{own}.{resolver.name}" if method else resolver.name
    return (
        place.file.edit(node.start_byte, node.start_byte, f"{called}("),
        place.file.edit(node.end_byte, node.end_byte, ")"),
    )


def _in_function(node: Node, start: Declared) -> bool:
    return any(ancestor == start.node for ancestor in ancestors(node))


def best(found: Iterable[Resolver]) -> Resolver | None:
    ordered = sorted(found, key=lambda address: (not address.whole, address.declared.key))
    return ordered[0] if ordered else None
