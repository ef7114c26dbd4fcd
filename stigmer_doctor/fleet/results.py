"""What a sweep has found, machine by machine, and the table of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec

from stigmer_doctor.fleet.answers import NO_VERDICT, FleetAnswer
from stigmer_doctor.model.exit_codes import ExitCode
from stigmer_doctor.model.tabular import Tabular


class HostStatus(StrEnum):
    """A verdict's status, or why there is none; in the order of the table."""

    FAIL = "fail"
    WARN = "warn"
    UNREADABLE = "unreadable"
    INCONCLUSIVE = "inconclusive"
    NOT_REACHED = "not reached"
    WAITING = "waiting"
    PASS = "pass"


class HostResult(msgspec.Struct, frozen=True):
    """Of one machine; `note` says why there is no verdict."""

    host: str
    status: HostStatus
    note: str = ""
    answer: FleetAnswer | None = None


class SweepState(msgspec.Struct):
    """A sweep as far as its history goes."""

    id: str
    started: str = ""
    ended: str = ""
    """How it ended, "" while it runs."""
    results: dict[str, HostResult] = {}

    def waiting(self) -> int:
        """How many machines have neither answered nor been given up."""
        return sum(1 for result in self.results.values() if result.status is HostStatus.WAITING)


_COLUMNS = ("host", "status", "causes", "services", "version", "note")
_MORE = ("container", "fingerprint", "place", "product", "system", "checked_at", "collected_by", "snapshot")
"""Where there is room: other fields of the verdict."""
_ORDER = list(HostStatus)
_NOT_MEASURED = frozenset({HostStatus.UNREADABLE, HostStatus.INCONCLUSIVE, HostStatus.NOT_REACHED, HostStatus.WAITING})
_FINDINGS: Mapping[str, frozenset[HostStatus]] = {
    "error": frozenset({HostStatus.FAIL}),
    "warning": frozenset({HostStatus.FAIL, HostStatus.WARN}),
    "never": frozenset(),
}


def table(state: SweepState, *, wide: bool = False) -> Tabular:
    """The worst first; `wide` with all that the verdicts say."""
    rows = sorted(state.results.values(), key=lambda result: (_ORDER.index(result.status), result.host))
    more = _MORE if wide else ()
    return Tabular(
        title=f"{len(rows)} machines: {_counted(rows)}",
        columns=(*_COLUMNS, *more),
        rows=tuple(_row(result, more) for result in rows),
        note=f"sweep {state.id}, begun {state.started}, {state.ended or 'still running'}",
    )


def exit_code(results: Iterable[HostResult], fail_on: str) -> ExitCode:
    """1 where a machine has findings; else 3 where one has no verdict; else 0."""
    found = {result.status for result in results}
    if found & _FINDINGS[fail_on]:
        return ExitCode.FINDINGS
    return ExitCode.NO_DIAGNOSIS if found & _NOT_MEASURED or not found else ExitCode.OK


def _counted(rows: list[HostResult]) -> str:
    counts = {status: sum(1 for row in rows if row.status is status) for status in reversed(_ORDER)}
    return ", ".join(f"{number} {status}" for status, number in counts.items() if number) or "none"


def _row(result: HostResult, more: Iterable[str]) -> tuple[str, ...]:
    verdict = (result.answer.verdict if result.answer else None) or NO_VERDICT
    shown = (" ".join(verdict.causes), " ".join(verdict.services), verdict.version)
    return (result.host, result.status.value, *shown, result.note, *(str(getattr(verdict, name)) for name in more))
