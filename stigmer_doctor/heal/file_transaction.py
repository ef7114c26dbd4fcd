"""Writes files, and puts them back: on its own for a source tree, and as a part of what compose recreates."""

from __future__ import annotations

from collections.abc import Iterable

from stigmer_doctor.heal.steps import Save, Steps
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
        self._close(Outcome.INCOMPLETE if left else outcome)
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
    """Put the files back; yields what could not be. A file that somebody changed since is left alone."""
    for each in changes:
        try:
            now = files.read(each.path)
            if now == each.after:
                files.write(each.path, each.before)
            elif now != each.before:
                yield f"{each.path} was changed since, and is left as it is"
        except DoctorError as error:
            yield str(error)
