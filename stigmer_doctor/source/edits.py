"""Edits of text files made, and shown as a unified diff."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from stigmer_doctor.model.edits import Edit, Span


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text with the edits of one file made. Raises ValueError where two of them overlap."""
    parts: list[str] = []
    here = 0
    for each in _ordered(edits):
        if each.span.start < here:
            raise ValueError(f"two changes overlap at {each.span.place}")
        parts += [text[here : each.span.start], each.text]
        here = each.span.end
    return "".join([*parts, text[here:]])


def unified(edits: Iterable[Edit]) -> str:
    """The edits as a unified diff without context lines; "" for none. Needs no file: the spans carry their lines."""
    by_file = groupby(_ordered(edits), key=lambda each: each.span.file)
    return "\n".join(line for file, group in by_file for line in _file(file, list(group)))


def _ordered(edits: Iterable[Edit]) -> list[Edit]:
    return sorted(dict.fromkeys(edits), key=lambda each: (each.span.file, each.span.start, each.span.end))


def _file(file: str, edits: list[Edit]) -> Iterable[str]:
    yield f"--- {file}"
    yield f"+++ {file}"
    shift = 0
    for group in _touching(edits):
        first = group[0].span
        old = _lines(group)
        offset = first.start - first.column + 1
        new = applied(old, [_moved(each, offset) for each in group])
        removed, added = old.splitlines(), new.splitlines()
        start = first.line
        while removed and added and removed[0] == added[0]:
            del removed[0], added[0]
            start += 1
        while removed and added and removed[-1] == added[-1]:
            removed.pop()
            added.pop()
        yield f"@@ -{_range(start, len(removed))} +{_range(start + shift, len(added))} @@"
        yield from (f"-{line}" for line in removed)
        yield from (f"+{line}" for line in added)
        shift += len(added) - len(removed)


def _range(start: int, count: int) -> str:
    return str(start) if count == 1 else f"{start if count else start - 1},{count}"


def _touching(edits: list[Edit]) -> Iterable[list[Edit]]:
    """Edits in groups whose lines overlap."""
    group: list[Edit] = []
    last = 0
    for each in edits:
        if group and each.span.line > last:
            yield group
            group = []
        group.append(each)
        last = max(last, each.span.end_line)
    if group:
        yield group


def _lines(group: list[Edit]) -> str:
    found = {each.span.line + number: line for each in group for number, line in enumerate(each.span.lines)}
    return "".join(found[number] for number in sorted(found))


def _moved(edit: Edit, offset: int) -> Edit:
    span = edit.span
    moved = Span(
        file=span.file,
        start=span.start - offset,
        end=span.end - offset,
        line=span.line,
        column=span.column,
        end_line=span.end_line,
        end_column=span.end_column,
    )
    return Edit(span=moved, text=edit.text)
