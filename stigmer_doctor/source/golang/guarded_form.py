"""Host networking that is asked for on Linux only: how the code would say it."""

from __future__ import annotations

from stigmer_doctor.model.edits import Edit
from stigmer_doctor.source.golang.imports import importing
from stigmer_doctor.source.golang.syntax import GoFile, Node, ancestors, elements, literal, text
from stigmer_doctor.source.golang.values import GoPlace

_LISTS = ("argument_list", "literal_value")
_FLAGS = ("-d", "--detach", "--rm", "-i", "-t", "-it", "--init", "-P", "--privileged", "--read-only")
_STATEMENTS = ("short_var_declaration", "assignment_statement", "var_declaration", "expression_statement")
REMARK = "// Host networking is this machine's own only where the engine runs on it directly."


def guarded(first: GoPlace, last: GoPlace) -> tuple[Edit, ...]:
    """The edits that append the elements from `first` to `last` on Linux only; none where that is not certain."""
    listed = next((ancestor for ancestor in list(ancestors(first.node))[:2] if ancestor.type in _LISTS), None)
    parts = elements(listed) if listed is not None else []
    index = next((number for number, part in enumerate(parts) if part == first.node), None)
    if listed is None or index is None or last.node not in parts[index : index + 2]:
        return ()
    return _guarded_form(first.file, listed, parts, index, last.node)


def _guarded_form(file: GoFile, listed: Node, parts: list[Node], index: int, last: Node) -> tuple[Edit, ...]:
    """The same on Linux only: the statement under a condition where it does nothing else, otherwise the pair out of the
    list, and appended behind the statement."""
    statement = next((ancestor for ancestor in ancestors(listed) if ancestor.type in _STATEMENTS), None)
    name = _assigned(statement)
    needed = importing(file, "runtime")
    behind = parts[parts.index(last) + 1 :]
    if statement is None or not name or needed is None or not _only_options(behind) or not _belongs(listed, statement):
        return ()
    indent = _indent(file, statement)
    end = _line_end(file, statement.end_byte)
    if end is None:
        return ()
    if [text(part) for part in parts[:index]] == [name] and not behind:
        start = statement.start_byte
        return (
            file.edit(start, start, f'{REMARK}\n{indent}if runtime.GOOS == "linux" {{\n{indent}\t'),
            file.edit(end, end, f"\n{indent}}}"),
            *needed,
        )
    wanted = ", ".join(text(part) for part in ([last] if parts[index] == last else [parts[index], last]))
    guarded = (
        f"\n\n{indent}{REMARK}\n"
        f'{indent}if runtime.GOOS == "linux" {{\n'
        f"{indent}\t{name} = append({name}, {wanted})\n"
        f"{indent}}}"
    )
    return (_without(file, parts, index, last), file.edit(end, end, guarded), *needed)


def _belongs(listed: Node, statement: Node) -> bool:
    """Whether the list is the statement's own: a literal that is assigned, or the arguments of an append that is."""
    above = [
        ancestor
        for ancestor in ancestors(listed)
        if ancestor.start_byte >= statement.start_byte and ancestor != statement
    ]
    calls = [node for node in above if node.type == "call_expression"]
    if any(node.type == "func_literal" for node in above):
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
    """The end of the line, where only a comment follows on it; a wrong bracket there is fixed by another edit."""
    found = file.body.find(b"\n", offset)
    end = len(file.body) if found < 0 else found
    rest = file.body[offset:end].strip()
    if rest and not rest.startswith(b"//"):
        return None
    return end - 1 if file.body[end - 1 : end] == b"\r" else end
