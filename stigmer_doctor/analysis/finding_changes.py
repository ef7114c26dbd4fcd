"""Which findings came, and which went."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from stigmer_doctor.analysis.traits.trait import neutral
from stigmer_doctor.model.differences import FindingChange, Turn
from stigmer_doctor.model.findings import Diagnosis, Finding, Severity

_Key: TypeAlias = tuple[str, tuple[str, ...], str]
_LONGEST = 300


def finding_changes(before: Diagnosis, after: Diagnosis) -> Iterator[FindingChange]:
    """New root causes, what else is new, then what is gone. The same fault of the same service is not a change, also
    where it is said of another address."""
    was, now = _findings(before), _findings(after)
    new = [finding for key, finding in now.items() if key not in was]
    gone = [finding for key, finding in was.items() if key not in now]
    yield from (_change(Turn.NEW, finding) for finding in sorted(new, key=_consequence))
    yield from (_change(Turn.GONE, finding) for finding in sorted(gone, key=_consequence))


def _findings(diagnosis: Diagnosis) -> dict[_Key, Finding]:
    return {_key(finding): finding for finding in diagnosis.findings}


def _key(finding: Finding) -> _Key:
    return finding.code, finding.endpoints, "" if finding.endpoints else neutral(finding.subject)


def _consequence(finding: Finding) -> bool:
    return not finding.root_cause


def _change(turn: Turn, finding: Finding) -> FindingChange:
    return FindingChange(
        turn=turn,
        code=finding.code,
        name=finding.name,
        severity=finding.severity or Severity.INFO,
        root_cause=finding.root_cause,
        message=finding.message[:_LONGEST],
    )
