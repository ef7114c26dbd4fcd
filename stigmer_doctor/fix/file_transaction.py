"""Writes files, and puts them back: on its own for a source tree, and as a part of what compose recreates."""

from __future__ import annotations

from collections.abc import Iterable

from stigmer_doctor.fix.transaction import FixTransaction, Save
from stigmer_doctor.model.errors import DoctorError
from stigmer_doctor.model.fixes import FileChange, FixOutcome, FixStep, Journal
from stigmer_doctor.model.ports import Files
from stigmer_doctor.rules.commands import remark


class FileTransaction(FixTransaction):
    """One fix of source files."""

    def __init__(self, journal: Journal, save: Save, files: Files) -> None:
        super().__init__(journal, save)
        self._files = files

    def apply(self) -> None:
        self._take(FixStep.WRITE, lambda: write(self.journal.files, self._files))

    def complete(self, keep_until: str) -> None:
        self.journal.keep_until = keep_until
        self._close(FixOutcome.DONE)

    def roll_back(self, outcome: FixOutcome = FixOutcome.ROLLED_BACK) -> tuple[str, ...]:
        left = tuple(map(remark, unwritten(self.journal.files, self._files)))
        if not left:
            self._close(outcome)
        elif outcome is not FixOutcome.UNDONE:  # an undo that cannot be done changes nothing
            self._close(FixOutcome.INCOMPLETE)
        return left


def write(changes: Iterable[FileChange], files: Files) -> None:
    """Raises DoctorError where a file is no longer what the change was made for: then it is left alone."""
    for change in changes:
        now = files.read(change.path)
        if now not in (change.before, change.after):
            raise DoctorError(f"{change.path} was changed meanwhile")
        if now != change.after:
            files.write(change.path, change.after)


def unwritten(changes: Iterable[FileChange], files: Files) -> Iterable[str]:
    """Put the files back; yields why it was not done. Where somebody changed one of them since, all are left alone."""
    try:
        texts = {change.path: files.read(change.path) for change in changes}
        changed = [change.path for change in changes if texts[change.path] not in (change.before, change.after)]
        yield from (f"{path} was changed since; nothing was put back" for path in changed)
        for change in () if changed else changes:
            if texts[change.path] == change.after:
                files.write(change.path, change.before)
    except DoctorError as error:
        yield str(error)
