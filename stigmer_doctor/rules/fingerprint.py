"""What tells one fault from another, wherever and whenever it is found: a word to search an issue tracker for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from stigmer_doctor.model.digest import sha256
from stigmer_doctor.model.findings import Finding, Service, Severity, Status
from stigmer_doctor.rules.codes import about_source

VERSION = 1
"""Of what goes into it: the same fault has another fingerprint in another version."""
_DECIDES = {Status.FAIL: Severity.ERROR, Status.INCONCLUSIVE: Severity.ERROR, Status.WARN: Severity.WARNING}
_LENGTH = 12
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_BITS = 5
"""Of the hash that a letter stands for, as in base 32."""


def fingerprint(status: Status, findings: Iterable[Finding], services: Iterable[Service]) -> str:
    """Twelve letters and digits, made of the status, the codes of the causes and the services that they concern."""
    causes = _causes(_DECIDES.get(status), [finding for finding in findings if not finding.suppressed])
    # Whether source files were around says where the doctor was started: they count where nothing else is found.
    causes = [cause for cause in causes if not about_source(cause.code)] or causes
    concerned: dict[str, set[str]] = {}
    for cause in causes:
        concerned.setdefault(cause.code, set()).update(cause.endpoints)
    named = [f"{code} {','.join(sorted(names))}" for code, names in sorted(concerned.items())]
    unasked = sorted(service.name for service in services if service.unexplained)
    return _word("\n".join((f"{VERSION} {status.value}", *(named or unasked))))


def _causes(decides: Severity | None, shown: Sequence[Finding]) -> list[Finding]:
    """What explains the findings that make the status what it is, and those themselves where nothing does."""
    found: list[Finding] = []
    for finding in shown:
        if finding.severity is decides:
            found += [other for other in shown if other.code in finding.caused_by] or [finding]
    return found


def _word(text: str) -> str:
    """Short, and of letters beyond f too, so that no tracker takes it for a commit."""
    number = int.from_bytes(sha256(text.encode()).digest())
    places = range(256 - _BITS, 256 - _BITS * (_LENGTH + 1), -_BITS)
    return "".join(_LETTERS[number >> place & 2**_BITS - 1] for place in places)
