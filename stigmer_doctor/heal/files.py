"""Files that a fix changes: their new bytes, and how they are shown."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator

from stigmer_doctor.model.container import Compose
from stigmer_doctor.model.fixes import FileChange, FileDiff
from stigmer_doctor.model.merged import Changes
from stigmer_doctor.source.compose.change import NotInPlace, changed

Read = Callable[[str], bytes | None]


def compose(owner: Compose, changes: Changes, read: Read) -> tuple[tuple[FileChange, ...], str]:
    """The files of a compose project with the changes of one service, or why they cannot be changed."""
    if not owner.config_files or any(read(each) is None for each in owner.config_files):
        return (), f"its compose files cannot be read here ({', '.join(owner.config_files) or 'none is known'})"
    try:
        made = changed(owner.config_files, owner.service, changes, read, owner.working_dir)
    except NotInPlace as error:
        return (), (
            f"its compose file cannot be changed in place: {error}. `stigmer-doctor check` prints what has to be in it"
        )
    return tuple(FileChange(path=path, before=read(path) or b"", after=after) for path, after in made.files.items()), ""


def shown(change: FileChange, redact: Callable[[str], str]) -> FileDiff:
    """A unified diff without context; secrets are hidden in both texts alike, so that no line differs by them."""
    before, after = (redact(each.decode("utf-8", "replace")) for each in (change.before, change.after))
    return FileDiff(path=change.path, diff="\n".join(_lines(before, after)))


def _lines(before: str, after: str) -> Iterator[str]:
    for line in difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0):
        if not line.startswith(("---", "+++")):
            yield line
