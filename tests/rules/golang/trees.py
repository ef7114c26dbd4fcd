"""Go code that starts the runner, and what was read of it, changed."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.edits import Edit, Span
from stigmer_doctor.model.source import GoFiles
from tests.healthy import healthy
from tests.rules.sources import CODE
from tests.source.judged import facts_of

NO_TREE = "no source tree was named (--source)"
NO_FILE = "no Go file of the source tree has to do with the runner"
CUT_OFF = "the image's code was not read to its end (not all was read within 2 s)"


def go_of(facts: f.Facts) -> GoFiles:
    assert isinstance(facts.go, GoFiles)
    return facts.go


def with_go(facts: f.Facts, **changes: object) -> f.Facts:
    """What was read of the Go files, changed."""
    return replace(facts, go=replace(go_of(facts), **changes))


def in_tree(text: str, facts: f.Facts | None = None) -> f.Facts:
    """The runner is started by a Go file with this text, in a tree that holds the runner's code."""
    files = {"daemon/daemon.go": text.encode(), "runner/worker/config.py": CODE}
    return replace(facts or healthy(), go=facts_of(files).go)


def span(place: str, *lines: str, length: int = 4) -> Span:
    """A stretch of the file of that place, `file:line:column`."""
    file, line, column = place.split(":")
    at = int(column)
    return Span(
        file=file,
        start=at - 1,
        end=at - 1 + length,
        line=int(line),
        column=at,
        end_line=int(line),
        end_column=at + length,
        lines=tuple(f"{text}\n" for text in lines),
    )


def edit(place: str, text: str, line: str) -> Edit:
    return Edit(span=span(place, line), text=text)
