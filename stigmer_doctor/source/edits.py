"""Edits of text files made, and shown as a unified diff."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from stigmer_doctor.model.edits import Edit, Span


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text with the edits of one file made. Raises ValueError where two of them overlap."""
    parts: list[str] = []
    here = 0
    for edit in _ordered(edits):
        if edit.span.start < here:
            raise ValueError(f"two changes overlap at {edit.span.place}")
        parts += [text[here : edit.span.start], edit.text]
        here = edit.span.end
    return "".join([*parts, text[here:]])


def unified(edits: Iterable[Edit]) -> str:
    """The edits as a unified diff without context lines; "" for none. Needs no file: the spans carry their lines. Of
    edits that overlap, as only a snapshot has them, those are shown that come first."""
    by_file = groupby(_apart(_ordered(edits)), key=lambda edit: edit.span.file)
    return "\n".join(line for file, group in by_file for line in _file(file, list(group)))


def _ordered(edits: Iterable[Edit]) -> list[Edit]:
    return sorted(dict.fromkeys(edits), key=lambda edit: (edit.span.file, edit.span.start, edit.span.end))


def _apart(edits: Iterable[Edit]) -> Iterator[Edit]:
    """Those that begin where the one before has ended, or behind it."""
    file, here = "", 0
    for edit in edits:
        here = here if edit.span.file == file else 0
        if edit.span.start >= here:
            yield edit
            file, here = edit.span.file, max(edit.span.start, edit.span.end)


def _file(file: str, edits: list[Edit]) -> Iterable[str]:
    # On one line, whatever the file is called.
    name = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in file)
    yield f"--- {name}"
    yield f"+++ {name}"
    shift = 0
    for group in _touching(edits):
        first = group[0].span
        old = _lines(group)
        offset = first.start - max(first.column, 1) + 1
        new = applied(old, [_moved(edit, offset) for edit in group])
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
    for edit in edits:
        if group and edit.span.line > last:
            yield group
            group = []
        group.append(edit)
        last = max(last, edit.span.end_line)
    if group:
        yield group


def _lines(group: list[Edit]) -> str:
    found = {edit.span.line + number: line for edit in group for number, line in enumerate(edit.span.lines)}
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
