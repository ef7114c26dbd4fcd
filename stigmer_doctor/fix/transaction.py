"""What every kind of fix has in common: steps that are written down before they are taken, and the way back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

from stigmer_doctor.model.fixes import FixOutcome, FixStep, Journal
from stigmer_doctor.model.ports import Files

Save = Callable[[Journal], None]
Check = Callable[[str], Sequence[str]]
"""What is wrong with the container of that id ("" where there is none), in words; empty when all is well."""


class FixTransaction(ABC):
    """One fix: applied, verified and completed, or rolled back. Every part may be repeated after an interruption.

    `save` makes the journal durable before it returns.
    """

    def __init__(self, journal: Journal, save: Save) -> None:
        self.journal, self._save = journal, save

    @abstractmethod
    def apply(self) -> None:
        """Everything up to where it can be verified. Raises DoctorError."""

    @abstractmethod
    def complete(self, keep_until: str) -> None:
        """What is left once it was verified. Raises DoctorError."""

    @abstractmethod
    def roll_back(self, outcome: FixOutcome = FixOutcome.ROLLED_BACK) -> tuple[str, ...]:
        """Put back what was there; what could not be done, as commands or in words."""

    def verify(self, check: Check) -> tuple[str, ...]:
        """What the check finds wrong with what is new. The step is finished where that is nothing."""
        self._begin(FixStep.VERIFY)
        problems = tuple(check(self.journal.new_id))
        if not problems:
            self._finish()
        return problems

    def _take(self, step: FixStep, action: Callable[[], object]) -> None:
        self._begin(step)
        action()
        self._finish()

    def _begin(self, step: FixStep) -> None:
        self.journal.begun, self.journal.finished = step, False
        self._save(self.journal)

    def _finish(self) -> None:
        self.journal.finished = True
        self._save(self.journal)

    def _close(self, outcome: FixOutcome) -> None:
        self.journal.outcome = outcome
        self._save(self.journal)


def record(journal: Journal, files: Files, container_id: str) -> None:
    """Write the container's id where the daemon keeps it, where it had kept the old one's."""
    if journal.id_file and journal.id_before is not None:
        files.write(journal.id_file, container_id.encode())
