"""What is different between two snapshots."""

from __future__ import annotations

from enum import StrEnum

from stigmer_doctor.model.findings import Severity, Status
from stigmer_doctor.model.record import Part


class FactChange(Part, frozen=True, kw_only=True):
    """One thing that was measured otherwise. `area` is what it belongs to; None stands for "was not there"."""

    area: str
    what: str
    before: str | None
    after: str | None


class Turn(StrEnum):
    """What became of a finding."""

    NEW = "new"
    GONE = "gone"


class FindingChange(Part, frozen=True, kw_only=True):
    """A finding that only one of the two has."""

    turn: Turn
    code: str
    name: str
    severity: Severity
    root_cause: bool
    message: str


class DiffSide(Part, frozen=True, kw_only=True):
    """One of the two snapshots, and what is made of it now. `name` is what the user called it."""

    name: str
    collected_at: str
    tool_version: str
    container: str
    image: str
    passive: bool
    status: Status
    fingerprint: str


class Diff(Part, frozen=True, kw_only=True):
    """The changes, the most telling first. `left_out` is how many changes of facts there are beyond those listed."""

    before: DiffSide
    after: DiffSide
    facts: tuple[FactChange, ...] = ()
    findings: tuple[FindingChange, ...] = ()
    left_out: int = 0

    @property
    def nothing(self) -> bool:
        """Whether nothing changed."""
        return not self.facts and not self.findings
