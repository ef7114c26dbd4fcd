"""Command lines of container engines: the options of `docker run`, wherever its words come from."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain, pairwise

import msgspec

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.source.golang.library import words
from stigmer_doctor.source.golang.options import Option, count, options
from stigmer_doctor.source.golang.state import Call, Seen
from stigmer_doctor.source.golang.syntax import elements
from stigmer_doctor.source.golang.texts import cut
from stigmer_doctor.source.golang.values import (
    Element,
    GoPlace,
    GoStruct,
    Lazy,
    Listing,
    Opaque,
    Text,
    Texts,
    Value,
    alternatives,
    forced,
    texts,
)

ENGINES = ("docker", "podman", "nerdctl")
_RUN = compiled_later(r"\b(?:docker|podman|nerdctl)(?:\.exe)?\s+(?:container\s+)?(?:run|create)\b")
_STARTING = ("run", "create")
_SHELL_OPTIONS = frozenset(["-c", "-lc", "-ec", "/c", "/C"])
_SYSTEM = compiled_later(r"\buname\b|\bOSTYPE\b")
_BEFORE = ("sudo", "env", "nice", "nohup", "exec", "time")
_GLOBAL = ("-c", "--context", "-H", "--host", "--config", "-l", "--log-level", "--connection", "--url", "--namespace")
"""Options of an engine before its verb that take a word."""
_MOST_LISTS, _MOST_LEVELS, _MOST_HEAD, _MOST_WORDS = 64, 8, 8, 4000


class CommandLine(msgspec.Struct, frozen=True, eq=False, dict=True):
    """`docker <verb> ...` at a place; `elements` are what follows the verb."""

    verb: str
    elements: tuple[Element, ...]
    place: GoPlace
    doubt: bool = False

    @cached_property
    def options(self) -> list[Option]:
        return list(options(self.elements))

    @property
    def image(self) -> tuple[Text, ...]:
        """What follows the options."""
        rest = self.elements[count(self.elements) :]
        return texts(rest[0].value) if rest else ()


def command_lines(seen: Seen) -> Iterator[CommandLine]:
    """The command lines of engines among what is called, returned and set in a function."""
    for call in seen.calls:
        for listed in _lists(call):
            yield from _read(listed, call.place, doubt=call.doubt)
    for returned in seen.returned:
        for value in returned.values:
            yield from _of_value(value, returned.place, returned.doubt)
    for written in seen.written:
        yield from _of_value(written.value, written.place, written.doubt)
    for _, value in seen.globals:
        yield from _of_value(value, _first_place(value), False)


def _of_value(value: Value, place: GoPlace | None, doubt: bool) -> Iterator[CommandLine]:
    if isinstance(value, GoStruct):
        value = value.fields.get("Args", Opaque())
    if isinstance(value, Listing) and place is not None:
        for listed in flattened(value.elements):
            yield from _read(listed, place, doubt=doubt)


def _first_place(value: Value) -> GoPlace | None:
    return value.elements[0].place if isinstance(value, Listing) and value.elements else None


def _lists(call: Call) -> list[list[Element]]:
    """The words of a call's arguments, once for each list that one of them can be."""
    values = _shell_arguments(call.arguments)
    if not any(_may_hold(value) for value in values):
        return []
    last = len(values) - 1
    arguments = call.place.node.child_by_field_name("arguments")
    nodes = elements(arguments) if arguments is not None else []
    places = (
        [GoPlace(call.place.file, node) for node in nodes] if len(nodes) == len(values) else [call.place] * len(values)
    )
    words = [
        Element(value, places[index], spread=_is_list(value) or (call.spread and index == last))
        for index, value in enumerate(values)
    ]
    return flattened(words)


def _shell_arguments(values: Sequence[Value]) -> Sequence[Value]:
    """The arguments of a call; what a shell is handed is told at once, for it may be a whole line."""
    if not any(isinstance(value, Texts) and {one.literal for one in value.texts} & _SHELL_OPTIONS for value in values):
        return values
    return [forced(value) if isinstance(value, Lazy) and not _is_list(value) else value for value in values]


def _may_hold(value: Value) -> bool:
    if isinstance(value, Texts):
        return any(_telling(text) for text in value.texts)
    return _is_list(value)


def _telling(text: Text) -> bool:
    known = text.shape
    return known in ("run", "create") or "docker" in known or "podman" in known or "nerdctl" in known


def _is_list(value: Value) -> bool:
    return isinstance(value, Listing) or (
        isinstance(value, Lazy) and value.type is not None and value.type.kind == "list"
    )


def flattened(listed: Iterable[Element], level: int = 0, room: list[int] | None = None) -> list[list[Element]]:
    """The words of a list, with those of the lists in it; several where a part can be one list or another."""
    left = room if room is not None else [_MOST_WORDS]
    made: list[list[Element]] = [[]]
    for element in listed:
        left[0] -= len(made)
        if left[0] <= 0:
            break
        parts = _parts(element, level, left)
        if len(parts) == 1:
            made = [[*one, *parts[0]] for one in made]
        else:
            made = [[*one, *part] for one in made for part in parts][:_MOST_LISTS]
    return made


def _parts(element: Element, level: int, room: list[int]) -> list[list[Element]]:
    if not element.spread or level > _MOST_LEVELS:
        return [[element]]
    found: list[list[Element]] = []
    for value in alternatives(element.value):
        if isinstance(value, Listing):
            inner = [one._replace(doubt=one.doubt or element.doubt) for one in value.elements]
            found += flattened(inner, level + 1, room)
        else:
            found.append([element._replace(value=value)])
    return found[:_MOST_LISTS] or [[]]


def _read(listed: list[Element], place: GoPlace, *, doubt: bool) -> Iterator[CommandLine]:
    """The command lines that a list of words is, or has in one of its words."""
    for element in listed:
        if element.spread:
            continue
        for text in _shell_lines(element):
            line = words((text,), None, element.place)
            if isinstance(line, Listing):
                inner = [one for word in line.elements for one in _shell_word(word._replace(place=element.place))]
                starts = [number for number, one in enumerate(inner) if _engine(one)]
                unsure = doubt or element.doubt or _SYSTEM.search(text.shape) is not None
                for start, end in pairwise([*starts, len(inner)]):
                    yield from _read_words(inner[start:end], place, doubt=unsure)
            return
    yield from _read_words(listed, place, doubt=doubt)


def _shell_word(element: Element) -> list[Element]:
    """A word as the shell hands it on: without its quotes; the mark that a line goes on is none."""
    made = tuple(_unquoted(text) for text in texts(element.value))
    if made and all(text.shape == "\\" for text in made):
        return []
    return [element._replace(value=Texts(made))]


def _unquoted(text: Text) -> Text:
    shape = text.shape
    start = shape.find("=") + 1 if shape.startswith("-") else 0
    quoted = len(shape) - start > 1 and shape[start] in "\"'" and shape[-1] == shape[start]
    if not quoted:
        return text
    head, tail = cut(text, 0, start), cut(text, start + 1, len(shape) - 1)
    return Text((*head.parts, *tail.parts), text.trail, text.doubt)


def _shell_lines(element: Element) -> list[Text]:
    value = element.value
    return [text for text in value.texts if _RUN.search(text.shape)] if isinstance(value, Texts) else []


def _read_words(listed: list[Element], place: GoPlace, *, doubt: bool) -> Iterator[CommandLine]:
    takes_a_word = False
    for index, element in enumerate(listed[:_MOST_HEAD]):
        verb = next((word for word in _literals(element) if word), "")
        skipped, takes_a_word = takes_a_word, not takes_a_word and verb in _GLOBAL
        if (
            skipped
            or verb == "container"
            or _engine(element)
            or verb.startswith("-")
            or (not index and verb in _BEFORE)
        ):
            continue
        engine = any(_engine(one) for one in listed[:index])
        known = index == 0 and verb == "run"
        unnamed = index == 1 and verb == "run" and not _literals(listed[0])
        if verb and (engine or known or unnamed) and verb != "compose":
            yield CommandLine(verb, tuple(listed[index + 1 :]), place, doubt)
            return
        if verb:
            return


def _engine(element: Element) -> bool:
    return any(
        posixpath.basename(word.replace("\\", "/")).removesuffix(".exe") in ENGINES for word in _literals(element)
    )


def _literals(element: Element) -> list[str]:
    if element.spread:
        return []
    value = element.value
    if isinstance(value, Lazy) and value.type is not None and value.type.kind != "basic":
        return []
    return [word for text in texts(value) if (word := text.literal) is not None]


def starts(line: CommandLine) -> bool:
    return line.verb in _STARTING


def all_words(line: CommandLine) -> Iterator[str]:
    return chain.from_iterable(_literals(element) for element in line.elements)
