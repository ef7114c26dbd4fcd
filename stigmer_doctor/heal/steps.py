"""Steps that are written down before they are taken: what every kind of fix has in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from stigmer_doctor.model.fixes import Journal, Outcome, Step

Save = Callable[[Journal], None]


class Undertaking(Protocol):
    """One fix: applied, verified and completed, or rolled back. Every part may be repeated after an interruption."""

    def apply(self) -> None:
        """Everything up to where it can be verified. Raises DoctorError."""
        ...

    def verify(self, verified: Callable[[str], bool]) -> bool:
        """Whether `verified`, given the new container's id, says so; written down as a step."""
        ...

    def complete(self, keep_until: str) -> None:
        """What is left once it was verified. Raises DoctorError."""
        ...

    def roll_back(self, outcome: Outcome = Outcome.ROLLED_BACK) -> tuple[str, ...]:
        """Put back what was there; what could not be done, as commands or in words."""
        ...


class Steps:
    """The journal of one fix. `save` makes it durable before it returns."""

    def __init__(self, journal: Journal, save: Save) -> None:
        self._journal, self._save = journal, save

    def verify(self, verified: Callable[[str], bool]) -> bool:
        self._begin(Step.VERIFY)
        if not verified(self._journal.new_id):
            return False
        self._finish()
        return True

    def _take(self, step: Step, action: Callable[[], object]) -> None:
        self._begin(step)
        action()
        self._finish()

    def _begin(self, step: Step) -> None:
        self._journal.begun, self._journal.finished = step, False
        self._save(self._journal)

    def _finish(self) -> None:
        self._journal.finished = True
        self._save(self._journal)

    def _close(self, outcome: Outcome) -> None:
        self._journal.outcome = outcome
        self._save(self._journal)
