"""Functions that build the arguments of `docker run` for the runner, whatever file they are in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from stigmer_doctor.model.edits import Edit
from stigmer_doctor.source.golang.guards import Guards
from stigmer_doctor.source.golang.imports import importing
from stigmer_doctor.source.golang.syntax import GoFile, Node, ancestors, elements, function_of, literal, of_type, text

_RUNNER = re.compile(r"agent-?_?runner", re.IGNORECASE)
_LISTS = ("argument_list", "literal_value")
_NETWORK = ("--network", "--net")
_VARIABLE = ("-e", "--env")
_FLAGS = ("-d", "--detach", "--rm", "-i", "-t", "-it", "--init", "-P", "--privileged", "--read-only")
_STATEMENTS = ("short_var_declaration", "assignment_statement", "var_declaration", "expression_statement")
_NAMED = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)=(?P<value>.*)", re.DOTALL)
REMARK = "// Host networking is this machine's own only where the engine runs on it directly."


class HostNetwork(NamedTuple):
    """`--network host` for the runner on every system. `mend` is empty where the guarded form is not certain."""

    node: Node
    last: Node
    mend: tuple[Edit, ...]


class Written(NamedTuple):
    """A variable for the container. `format` is the value as far as it is in the code, `name` and `values` the nodes of
    the literal that begins with the name, and of what is put into it."""

    name: str
    format: str
    literal: Node
    values: tuple[Node, ...]


def concerns(raw: bytes) -> bool:
    """Whether a file can be about this at all: a look at its bytes, before anything is parsed."""
    return b'"run"' in raw and (b'"--net' in raw or b'"-e"' in raw or b'"--env' in raw)


def builders(file: GoFile) -> list[Node]:
    """The functions of the file that build arguments of `docker run` for the runner, and lists outside of functions."""
    found: dict[int, Node] = {}
    for node in of_type(file.root, "interpreted_string_literal"):
        if literal(node) != "run":
            continue
        around = function_of(node) or next((each for each in ancestors(node) if each.type == "var_declaration"), None)
        if around is not None and _about_the_runner(around):
            found[around.start_byte] = around
    return list(found.values())


def _about_the_runner(around: Node) -> bool:
    """By a name or a string in it."""
    for each in of_type(around, "identifier", "field_identifier", "interpreted_string_literal"):
        if _RUNNER.search(text(each)) or text(each).startswith('"STIGMER_BACKEND'):
            return True
    return False


# ---- host networking -------------------------------------------------------------------------------------------------


def host_networks(file: GoFile, package: list[GoFile]) -> Iterator[HostNetwork]:
    """Where host networking is asked for and nothing says on which system: in the functions that build the arguments,
    and in those of the package that they take arguments from."""
    guards = Guards(package)
    constants = _constants(file, guards)
    for around in [*builders(file), *_helpers(file, package, guards)]:
        for listed in of_type(around, *_LISTS):
            parts = elements(listed)
            for index, part in enumerate(parts):
                last = _asks_for_host(parts, index, constants)
                if last is not None and not guards.guarded(part, file):
                    yield HostNetwork(part, last, _guarded_form(file, listed, parts, index, last))


def _helpers(file: GoFile, package: list[GoFile], guards: Guards) -> list[Node]:
    """Functions of the file that give a list of strings to a function that builds the arguments, on every system."""
    building = [(each, other) for other in package for each in builders(other)]
    called = {
        text(function)
        for around, other in building
        for call in of_type(around, "call_expression")
        if (function := call.child_by_field_name("function")) is not None and not guards.guarded(call, other)
    }
    own = {each.start_byte for each in builders(file)}
    return [
        each
        for each in of_type(file.root, "function_declaration", "method_declaration")
        if each.start_byte not in own
        and text(each.child_by_field_name("result")) == "[]string"
        and text(each.child_by_field_name("name")) in {name.rpartition(".")[2] for name in called}
    ]


def _asks_for_host(parts: list[Node], index: int, constants: dict[str, str]) -> Node | None:
    """The last element of `"--network", "host"` or `"--network=host"` that begins here."""
    value = literal(parts[index])
    if value in tuple(f"{each}=host" for each in _NETWORK):
        return parts[index]
    following = parts[index + 1] if value in _NETWORK and index + 1 < len(parts) else None
    if following is None:
        return None
    named = literal(following) or constants.get(text(following), "")
    return following if named == "host" else None


def _constants(file: GoFile, guards: Guards) -> dict[str, str]:
    """Names that are given one literal, once, and on every system."""
    found: dict[str, list[str | None]] = {}
    for node in of_type(file.root, "const_spec", "var_spec", "short_var_declaration", "assignment_statement"):
        left = node.child_by_field_name("left")
        names = left.named_children if left is not None else node.children_by_field_name("name")
        right = node.child_by_field_name("right") or node.child_by_field_name("value")
        for name in names if right is not None else ():
            single = right.named_children[0] if right is not None and right.named_child_count == 1 else None
            value = literal(single) if len(names) == 1 and not guards.guarded(node, file) else None
            found.setdefault(text(name), []).append(value)
    return {name: values[0] for name, values in found.items() if len(values) == 1 and values[0] is not None}


def _guarded_form(file: GoFile, listed: Node, parts: list[Node], index: int, last: Node) -> tuple[Edit, ...]:
    """The same on Linux only: the statement under a condition where it does nothing else, otherwise the pair out of the
    list, and appended behind the statement."""
    statement = next((each for each in ancestors(listed) if each.type in _STATEMENTS), None)
    name = _assigned(statement)
    needed = importing(file, "runtime")
    behind = parts[parts.index(last) + 1 :]
    if statement is None or not name or needed is None or not _only_options(behind) or not _belongs(listed, statement):
        return ()
    indent = _indent(file, statement)
    end = _line_end(file, statement.end_byte)
    if end is None:
        return ()
    if [text(each) for each in parts[:index]] == [name] and not behind:
        start = statement.start_byte
        return (
            file.edit(start, start, f'{REMARK}\n{indent}if runtime.GOOS == "linux" {{\n{indent}\t'),
            file.edit(end, end, f"\n{indent}}}"),
            *needed,
        )
    wanted = ", ".join(text(each) for each in ([last] if parts[index] == last else [parts[index], last]))
    guarded = (
        f"\n\n{indent}{REMARK}\n"
        f'{indent}if runtime.GOOS == "linux" {{\n'
        f"{indent}\t{name} = append({name}, {wanted})\n"
        f"{indent}}}"
    )
    return (_without(file, parts, index, last), file.edit(end, end, guarded), *needed)


def _belongs(listed: Node, statement: Node) -> bool:
    """Whether the list is the statement's own: a literal that is assigned, or the arguments of an append that is."""
    above = [each for each in ancestors(listed) if each.start_byte >= statement.start_byte and each != statement]
    calls = [each for each in above if each.type == "call_expression"]
    if any(each.type == "func_literal" for each in above):
        return False
    return not calls or (len(calls) == 1 and text(calls[0].child_by_field_name("function")) == "append")


def _assigned(statement: Node | None) -> str:
    """The one name that the statement assigns to, "" where there are more or none."""
    if statement is None or statement.type not in ("short_var_declaration", "assignment_statement"):
        return ""
    left = statement.child_by_field_name("left")
    names = left.named_children if left is not None else []
    return text(names[0]) if len(names) == 1 and names[0].type == "identifier" else ""


def _only_options(parts: list[Node]) -> bool:
    """Whether only options follow: behind the image, anything would be an argument of its program."""
    index = 0
    while index < len(parts):
        value = literal(parts[index])
        if value is None or not value.startswith("-"):
            return False
        index += 1 if "=" in value or value in _FLAGS else 2
    return True


def _without(file: GoFile, parts: list[Node], index: int, last: Node) -> Edit:
    """The elements with their comma; whole lines where they stand alone on them."""
    body, start, end = file.body, parts[index].start_byte, last.end_byte
    comma = end + len(body[end:]) - len(body[end:].lstrip(b" \t"))
    if body[comma : comma + 1] != b",":  # the last of the list: the comma before it goes
        return file.edit(parts[index - 1].end_byte if index else start, end, "")
    end = comma + 1
    line_start, line_end = body.rfind(b"\n", 0, start) + 1, body.find(b"\n", end)
    rest = body[end:line_end].strip()
    if not body[line_start:start].strip() and (not rest or rest.startswith(b"//")):
        return file.edit(line_start, line_end + 1, "")
    return file.edit(start, end + (body[end : end + 1] == b" "), "")


def _indent(file: GoFile, node: Node) -> str:
    line = file.body.rfind(b"\n", 0, node.start_byte) + 1
    before = file.body[line : node.start_byte].decode("utf-8", "replace")
    return before[: len(before) - len(before.lstrip())]


def _line_end(file: GoFile, offset: int) -> int | None:
    """The end of the line, where only a comment follows on it; a wrong bracket there is mended by another edit."""
    found = file.body.find(b"\n", offset)
    end = len(file.body) if found < 0 else found
    rest = file.body[offset:end].strip()
    if rest and not rest.startswith(b"//"):
        return None
    return end - 1 if file.body[end - 1 : end] == b"\r" else end


# ---- variables -------------------------------------------------------------------------------------------------------


def variables(file: GoFile) -> Iterator[Written]:
    """What is written for the container with `-e` or `--env`."""
    for around in builders(file):
        for listed in of_type(around, *_LISTS):
            parts = elements(listed)
            for part, following in pairwise(parts):
                if literal(part) in _VARIABLE and (found := _written(following)):
                    yield found
            for part in parts:
                value = literal(part) or ""
                if value.startswith("--env=") and (match := _NAMED.fullmatch(value[6:])):
                    yield Written(match["name"], match["value"], part, ())


def _written(node: Node) -> Written | None:
    """`"A=b"`, `"A=" + b`, `fmt.Sprintf("A=%s", b)`."""
    values: tuple[Node, ...] = ()
    if node.type == "call_expression" and text(node.child_by_field_name("function")).endswith("Sprintf"):
        arguments = node.child_by_field_name("arguments")
        parts = elements(arguments) if arguments is not None else []
        if not parts:
            return None
        node, values = parts[0], tuple(parts[1:])
    elif node.type == "binary_expression":
        leaves = _sum(node)
        node, values = leaves[0], tuple(leaves[1:])
    match = _NAMED.fullmatch(literal(node) or "")
    if match is None:
        return None
    known = match["value"] if "%" in match["value"] else match["value"] + "%s" * len(values)
    return Written(match["name"], known, node, values)


def _sum(node: Node) -> list[Node]:
    """The terms of `a + b + c`, which is `(a + b) + c`."""
    terms: list[Node] = []
    while node.type == "binary_expression" and text(node.child_by_field_name("operator")) == "+":
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            break
        terms.append(right)
        node = left
    return [node, *terms[::-1]]
