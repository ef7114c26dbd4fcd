"""Steps that are written down before they are taken: what every kind of fix has in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from stigmer_doctor.model.fixes import Journal, Outcome, Step
from stigmer_doctor.model.ports import Files, Json

Save = Callable[[Journal], None]
_RUNS = ("running", "restarting", "paused")


def ran(status: str) -> bool:
    """Whether a container in this state has a process."""
    return status in _RUNS


def status(raw: Json) -> str:
    """The state that an inspect tells of."""
    return str(_object(raw, "State").get("Status"))


def restart_policy(raw: Json) -> dict[str, Any]:
    """The policy that an inspect tells of; "no" where it tells of none."""
    return dict(_object(_object(raw, "HostConfig"), "RestartPolicy")) or {"Name": "no"}


def record(journal: Journal, files: Files, container_id: str) -> None:
    """Write the container's id where the daemon keeps it, where it had kept the old one's."""
    if journal.id_file and journal.id_before is not None:
        files.write(journal.id_file, container_id.encode())


def _object(raw: Json, key: str) -> Json:
    found = raw.get(key)
    return found if isinstance(found, dict) else {}


class FixTransaction(Protocol):
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
