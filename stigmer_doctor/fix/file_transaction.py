"""Writes files, and puts them back: on its own for a source tree, and as a part of what compose recreates."""

from __future__ import annotations

from collections.abc import Iterable

from stigmer_doctor.fix.steps import Save, Steps
from stigmer_doctor.model.errors import DoctorError
from stigmer_doctor.model.fixes import FileChange, Journal, Outcome, Step
from stigmer_doctor.model.ports import Files


class FileTransaction(Steps):
    """One fix of source files."""

    def __init__(self, journal: Journal, files: Files, save: Save) -> None:
        super().__init__(journal, save)
        self._files = files

    def apply(self) -> None:
        self._take(Step.WRITE, lambda: write(self._journal.files, self._files))

    def complete(self, keep_until: str) -> None:
        self._journal.keep_until = keep_until
        self._close(Outcome.DONE)

    def roll_back(self, outcome: Outcome = Outcome.ROLLED_BACK) -> tuple[str, ...]:
        left = tuple(unwritten(self._journal.files, self._files))
        if not left:
            self._close(outcome)
        elif outcome is not Outcome.UNDONE:  # an undo that cannot be done changes nothing
            self._close(Outcome.INCOMPLETE)
        return left


def write(changes: Iterable[FileChange], files: Files) -> None:
    """Raises DoctorError where a file is no longer what the change was made for: then it is left alone."""
    for each in changes:
        now = files.read(each.path)
        if now not in (each.before, each.after):
            raise DoctorError(f"{each.path} was changed meanwhile")
        if now != each.after:
            files.write(each.path, each.after)


def unwritten(changes: Iterable[FileChange], files: Files) -> Iterable[str]:
    """Put the files back; yields why it was not done. Where somebody changed one of them since, all are left alone."""
    try:
        texts = {each.path: files.read(each.path) for each in changes}
        changed = [each.path for each in changes if texts[each.path] not in (each.before, each.after)]
        yield from (f"{path} was changed since; nothing was put back" for path in changed)
        for each in () if changed else changes:
            if texts[each.path] == each.after:
                files.write(each.path, each.before)
    except DoctorError as error:
        yield str(error)
