"""Where a source tree starts the runner's container, and what with, on each system."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

import msgspec

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.source.golang.command_line import CommandLine, command_lines
from stigmer_doctor.source.golang.machine import Machine
from stigmer_doctor.source.golang.options import Option
from stigmer_doctor.source.golang.packages import Declared
from stigmer_doctor.source.golang.reach import reached
from stigmer_doctor.source.golang.state import Seen
from stigmer_doctor.source.golang.systems import SYSTEMS
from stigmer_doctor.source.golang.texts import cut
from stigmer_doctor.source.golang.tree import GoTree
from stigmer_doctor.source.golang.values import (
    Element,
    GoPlace,
    GoStruct,
    Listing,
    Text,
    alternatives,
    texts,
)

_RUNNER = compiled_later(r"agent[-_]?runner", re.IGNORECASE)
_ABOUT = compiled_later(rb'agent[-_]?runner|"STIGMER_BACKEND', re.IGNORECASE)
_ROOTS = compiled_later(rb'"run"|\b(?:docker|podman|nerdctl)\s+(?:container\s+)?(?:run|create)\b|HostConfig|"create"')
_NAMED = compiled_later(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)=")
_NETWORK, _VARIABLE, _NAME = ("--network", "--net"), ("-e", "--env"), ("--name",)
_VMS = ("darwin", "windows")
_MOST_LEVELS = 3


class HostNetwork(msgspec.Struct, frozen=True):
    """`--network host` from `first` to `last`, on `systems`; `certain` where that can be told."""

    first: GoPlace
    last: GoPlace
    systems: tuple[str, ...]
    certain: bool


class WrittenVariable(msgspec.Struct, frozen=True):
    """A variable for the container: its name and value as they are on `system`. `place` is the word that holds them."""

    name: str
    value: Text
    place: GoPlace
    name_text: Text
    system: str
    doubt: bool


class Start(msgspec.Struct):
    """A function that starts the runner's container. `lines` are its command lines by system."""

    function: Declared
    lines: dict[str, list[CommandLine]] = msgspec.field(default_factory=dict)
    written: dict[str, Seen] = msgspec.field(default_factory=dict)

    def options(self, names: tuple[str, ...], systems: Iterable[str] = SYSTEMS) -> Iterator[tuple[str, Option]]:
        for system in systems:
            for line in self.lines.get(system, ()):
                for option in line.options:
                    if option.name in names:
                        yield system, option._replace(doubt=option.doubt or line.doubt)


class Starts:
    """All of them in a tree; `paths` are the files that can hold one."""

    def __init__(self, tree: GoTree, paths: Iterable[str]) -> None:
        self.tree, self._paths = tree, list(paths)
        self._roots = [declared for path in self._paths for declared in self._holding_one(path)]
        starting = frozenset(root.key for root in self._roots)
        self.machines = {system: Machine(tree, system, starting) for system in SYSTEMS}

    def _holding_one(self, path: str) -> list[Declared]:
        file = self.tree.file(path)
        found = self.tree.functions(file) if file is not None else []
        return [call for call in found if _ROOTS.search(call.file.body, call.node.start_byte, call.node.end_byte)]

    @cached_property
    def all(self) -> list[Start]:
        found: dict[tuple[str, int], Start] = {}
        for declared in self._roots:
            self._add(declared, found, 0)
        return list(found.values())

    def _add(self, declared: Declared, found: dict[tuple[str, int], Start], level: int) -> None:
        """A function that starts it; where it only gives the words back, those who call it."""
        if declared.key in found:
            return
        start = Start(declared)
        calling: dict[tuple[str, int], Declared] = {}
        for system, machine in self.machines.items():
            if not self.tree.built_for(declared.file, system):
                continue
            seen = machine.seen(declared)
            lines = [line for line in command_lines(seen) if line.verb in ("run", "create")]
            about = [line for line in lines if self._about_the_runner(line, declared)]
            sdk = (
                _sdk(seen)
                if not lines and _ABOUT.search(declared.file.body, declared.node.start_byte, declared.node.end_byte)
                else []
            )
            if (about or sdk) and self._reached(declared, system):
                start.lines[system] = about
                start.written[system] = seen
                if level < _MOST_LEVELS and _gives_back(seen):
                    calling |= {caller.key: caller for caller, _ in machine.callers(declared)}
        if start.written:
            found[declared.key] = start
        had = len(found)
        for call in calling.values():
            self._add(call, found, level + 1)
        if len(found) > had:  # whoever calls it has all of its words, and more
            found.pop(declared.key, None)

    def _reached(self, declared: Declared, system: str) -> bool:
        others = [item for name, item in self.machines.items() if name != system]
        return reached(declared, self.machines[system], others)

    @staticmethod
    def _about_the_runner(line: CommandLine, declared: Declared) -> bool:
        """By its name or image, where those can be told; else by what the function speaks of."""
        names = [text.shape for option in line.options if option.name in _NAME for text in option.values]
        known = [name for name in (*names, *(text.shape for text in line.image)) if name.strip("\0")]
        if any(_RUNNER.search(name) for name in known):
            return True
        if any(variable.name.startswith("STIGMER_BACKEND") for variable in variables_of(line, "")):
            return True
        if known:
            return False
        body = declared.file.body
        return _ABOUT.search(body, declared.node.start_byte, declared.node.end_byte) is not None


def _gives_back(seen: Seen) -> bool:
    return any(
        isinstance(value, (Listing, GoStruct)) for returned_value in seen.returned for value in returned_value.values
    )


# ---- host networking -------------------------------------------------------------------------------------------------


def host_networks(start: Start) -> list[HostNetwork]:
    """Where host networking reaches the command on a system whose engine runs in a VM."""
    found: dict[tuple[object, ...], HostNetwork] = {}
    for system, first, last, certain in [*_in_lines(start), *_in_sdk(start)]:
        key = (first.key, last.key)
        had = found.get(key)
        systems = tuple(dict.fromkeys([*(had.systems if had else ()), system]))
        found[key] = HostNetwork(first, last, systems, certain or (had.certain if had else False))
    return [call for call in found.values() if set(call.systems) & set(_VMS)]


def _in_lines(start: Start) -> Iterator[tuple[str, GoPlace, GoPlace, bool]]:
    for system, option in start.options(_NETWORK):
        for text in option.values:
            if text.literal in ("host", "name=host"):
                doubt = option.doubt or text.doubt
                yield system, option.flag.place, option.last.place, not doubt
        unknown = [text.lost for text in option.values if text.lost]
        if unknown:
            yield system, option.flag.place, option.last.place, False


def _sdk(seen: Seen) -> list[GoPlace]:
    return [write.place for write in seen.written if write.type.name == "HostConfig"]


def _in_sdk(start: Start) -> Iterator[tuple[str, GoPlace, GoPlace, bool]]:
    for system, seen in start.written.items():
        for write in seen.written:
            if write.type.name == "HostConfig" and write.name == "NetworkMode":
                for text in texts(write.value):
                    if text.literal == "host" or text.lost:
                        certain = not (write.doubt or text.doubt or text.lost)
                        yield system, write.place, write.place, certain


# ---- variables -------------------------------------------------------------------------------------------------------


def variables(start: Start) -> Iterator[WrittenVariable]:
    """What is written for the container, once for each system and each value."""
    for system in SYSTEMS:
        for line in start.lines.get(system, ()):
            yield from variables_of(line, system)
        if system in start.written and not start.lines.get(system):
            yield from _sdk_variables(start.written[system], system)


def variables_of(line: CommandLine, system: str) -> Iterator[WrittenVariable]:
    for option in line.options:
        if option.name in _VARIABLE:
            for text in option.values:
                yield from _variable(text, option.last.place, system, option.doubt)


def _sdk_variables(seen: Seen, system: str) -> Iterator[WrittenVariable]:
    for write in seen.written:
        if write.name != "Env" or write.type.name not in ("Config", "ContainerConfig"):
            continue
        for value in alternatives(write.value):
            for element in value.elements if isinstance(value, Listing) else ():
                yield from _of_element(element, system)


def _of_element(element: Element, system: str) -> Iterator[WrittenVariable]:
    for text in texts(element.value) if not element.spread else ():
        yield from _variable(text, element.place, system, element.doubt)


def _variable(written: Text, place: GoPlace, system: str, doubt: bool) -> Iterator[WrittenVariable]:
    if match := _NAMED.match(written.shape):
        value = cut(written, match.end(), len(written.shape))
        name = cut(written, 0, match.end() - 1)
        yield WrittenVariable(match["name"], value, place, name, system, doubt or written.doubt)
