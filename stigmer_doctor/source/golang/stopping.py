"""What stands between one container and the next of its name: the file with its id, and the name itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.edits import Edit
from stigmer_doctor.source.golang.command_line import CommandLine, all_words, command_lines
from stigmer_doctor.source.golang.containers import Start, Starts
from stigmer_doctor.source.golang.machine import Machine
from stigmer_doctor.source.golang.packages import Declared
from stigmer_doctor.source.golang.state import Seen
from stigmer_doctor.source.golang.syntax import Node, ancestors, elements, literal, text
from stigmer_doctor.source.golang.values import GoPlace, Piece, Text, texts

_ID_FILE = compiled_later(r"(?:^|/)(?P<name>[^/\0]*container[^/\0]*)$", re.IGNORECASE)
_RUNNER = compiled_later(r"runner", re.IGNORECASE)
_WRITING, _READING = ("WriteFile",), ("ReadFile",)
_STOPPING = compiled_later(rb'"(?:stop|kill|rm)"')
_CONTAINER_FILE = b"ontainer"
_FREEING, _ASKING = ("rm", "remove"), ("ps", "inspect", "start", "ls", "restart", "rename")
_MOST_LEVELS = 4


class IdFile(NamedTuple):
    """A file with a container's id: its name, and the literal that says it."""

    name: str
    place: GoPlace
    text: Text


class Taken(NamedTuple):
    """A name that is given to a container at a place, and not freed before; `call` is the command that starts it."""

    name: str
    option: GoPlace
    call: GoPlace
    edits: tuple[Edit, ...]


# ---- the id's file ---------------------------------------------------------------------------------------------------


def written_id_files(start: Start) -> list[IdFile]:
    """Where a function that starts the container puts its id."""
    found = (file for seen in start.written.values() for file in _files(seen, _WRITING))
    return list({id_file.place.key: id_file for id_file in found}.values())


def trusted_id_files(starts: Starts) -> list[IdFile]:
    """What the functions of the tree that stop a container read its id from."""
    machine = starts.machines["linux"]
    found: dict[tuple[str, int, int], IdFile] = {}
    for path in machine.tree.holding(b"ReadFile("):
        if _CONTAINER_FILE not in (body := machine.tree.bytes_of(path)) or not _STOPPING.search(body):
            continue
        file = machine.tree.file(path)
        for declared in machine.tree.around(file, b"ReadFile(") if file is not None else ():
            if _STOPPING.search(declared.file.body, declared.node.start_byte, declared.node.end_byte):
                found |= {other.place.key: other for other in _files(machine.seen(declared), _READING)}
    return list(found.values())


def _files(seen: Seen, names: tuple[str, ...]) -> Iterator[IdFile]:
    for call in seen.calls:
        if call.name in names and call.package in ("os", "io/ioutil") and call.arguments:
            for other in texts(call.arguments[0]):
                match = _ID_FILE.search(other.shape)
                place = _last(other)
                if match and place is not None and _RUNNER.search(match["name"]):
                    yield IdFile(match["name"], place, other)


def _last(found: Text) -> GoPlace | None:
    return next(
        (part.place for part in found.parts[::-1] if isinstance(part, Piece) and part.text and part.place), None
    )


# ---- the name --------------------------------------------------------------------------------------------------------


def taken_names(start: Start, starts: Starts) -> Iterator[Taken]:
    """Names that `docker run --name` takes although a container of an earlier run may have it."""
    found: dict[tuple[str, int, int], Taken] = {}
    for system, lines in start.lines.items():
        for line in _last_ones(lines):
            options = line.options
            name = next((option for option in options if option.name == "--name"), None)
            known = name.values[0].literal if name is not None and len(name.values) == 1 else None
            if name is None or not known or any(option.name in ("--rm", "--replace") for option in options):
                continue
            if not _freed(start.function, line.place.node, known, starts.machines[system], 0):
                made = Taken(known, name.last.place, line.place, _freeing(line, name.last.place))
                found.setdefault(name.last.place.key, made)
    yield from found.values()


def _last_ones(lines: list[CommandLine]) -> list[CommandLine]:
    """Of the places that words go through on their way to the command, the last one of each."""
    found: dict[object, CommandLine] = {}
    for line in sorted(lines, key=lambda other: other.place.node.start_byte):
        words = next((option.last.place.key for option in line.options if option.name == "--name"), line.place.key)
        found[words] = line
    return list(found.values())


def _freed(function: Declared, before: Node, name: str, machine: Machine, level: int) -> bool:
    """Whether the name is freed, or asked for, before a place: in the function, or by all who call it."""
    if _frees(function, name, machine, before.start_byte, 0):
        return True
    callers = list(machine.callers(function)) if level < _MOST_LEVELS else []
    return bool(callers) and all(_freed(caller, call.place.node, name, machine, level + 1) for caller, call in callers)


def _frees(function: Declared, name: str, machine: Machine, before: int, level: int) -> bool:
    seen = machine.seen(function)
    for line in command_lines(seen):
        inside = line.place.file is function.file and line.place.node.start_byte < before
        if (inside or level) and _about(line, name):
            return True
    for call in seen.calls:
        earlier = level or (call.place.file is function.file and call.place.node.start_byte < before)
        if earlier and call.callee is not None and level < 2 and call.callee.key != function.key:
            body = call.callee.file.body
            told = re.search(rb"docker|podman|nerdctl", body[call.callee.node.start_byte : call.callee.node.end_byte])
            if told and _frees(call.callee, name, machine, 0, level + 1):
                return True
    return False


def _about(line: CommandLine, name: str) -> bool:
    """Whether a command removes containers, or asks for the one of this name before."""
    if line.verb in _FREEING:
        return True
    return line.verb in _ASKING and any(name in word for word in all_words(line))


def _freeing(line: CommandLine, name: GoPlace) -> tuple[Edit, ...]:
    """`docker rm -f NAME` in front of the statement that starts it."""
    call, file = line.place.node, line.place.file
    arguments = call.child_by_field_name("arguments")
    given = elements(arguments) if arguments is not None else []
    if text(call.child_by_field_name("function")) != "exec.Command" or not given or literal(given[0]) is None:
        return ()
    above = [call, *ancestors(call)]
    statement = next((a for a, b in pairwise(above) if b.type in ("statement_list", "block")), None)
    simple = name.node.type in ("interpreted_string_literal", "identifier", "selector_expression")
    if statement is None or not simple or name.file is not file:
        return ()
    line_start = file.body.rfind(b"\n", 0, statement.start_byte) + 1
    indent = file.body[line_start : statement.start_byte].decode("utf-8", "replace")
    if indent.strip():
        return ()
    added = f'_ = exec.Command({text(given[0])}, "rm", "-f", {text(name.node)}).Run()\n{indent}'
    return (file.edit(statement.start_byte, statement.start_byte, added),)
