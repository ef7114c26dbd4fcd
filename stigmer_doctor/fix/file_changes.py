"""Files that a fix changes: their new bytes, and how they are shown."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator

from stigmer_doctor.model.changes import Changes
from stigmer_doctor.model.container import Compose
from stigmer_doctor.model.edits import Edit
from stigmer_doctor.model.errors import DoctorError
from stigmer_doctor.model.fixes import FileChange, FileDiff
from stigmer_doctor.model.ports import Redactor
from stigmer_doctor.source.compose.change import NotInPlace, changed
from stigmer_doctor.source.edits import applied
from stigmer_doctor.source.text import SourceText

Read = Callable[[str], bytes | None]


def compose(owner: Compose, changes: Changes, read: Read) -> tuple[tuple[FileChange, ...], str]:
    """The files of a compose project with the changes of one service, or why they cannot be changed."""
    if not owner.config_files or any(read(file) is None for file in owner.config_files):
        return (), f"its compose files cannot be read here ({', '.join(owner.config_files) or 'none is known'})"
    try:
        made = changed(owner.config_files, owner.service, changes, read, owner.working_dir)
    except NotInPlace as error:
        return (), (
            f"its compose file cannot be changed in place: {error}. `stigmer-doctor check` prints what has to be in it"
        )
    return tuple(FileChange(path=path, before=read(path) or b"", after=after) for path, after in made.items()), ""


def edited(edits: Iterable[Edit], read: Callable[[str], bytes], path: Callable[[str], str]) -> tuple[FileChange, ...]:
    """The files with the edits made; `path` says where the file of a span is. Raises DoctorError where a file is no
    longer what the edits were made for."""
    by_file: dict[str, list[Edit]] = {}
    for edit in edits:
        by_file.setdefault(edit.span.file, []).append(edit)
    made = []
    for file, of_it in by_file.items():
        before = read(file)
        source = SourceText(file, before, most_bytes=len(before))
        if any(
            edit.span.lines and source.span(edit.span.start, edit.span.end).lines != edit.span.lines for edit in of_it
        ):
            raise DoctorError(f"{path(file)} was changed meanwhile")
        made.append(FileChange(path=path(file), before=before, after=source.encoded(applied(source.text, of_it))))
    return tuple(made)


def shown(changes: Iterable[FileChange], redactor: Redactor) -> tuple[FileDiff, ...]:
    """Unified diffs without context; secrets are hidden in both texts alike, so that no line differs by them."""

    def text(raw: bytes) -> str:
        return redactor.text(raw.decode("utf-8", "replace"), "files")

    return tuple(
        FileDiff(path=change.path, diff="\n".join(_lines(text(change.before), text(change.after))))
        for change in changes
    )


def _lines(before: str, after: str) -> Iterator[str]:
    for line in difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0):
        if not line.startswith(("---", "+++")):
            yield line
