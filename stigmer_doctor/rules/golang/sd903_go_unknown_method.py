"""SD903: a method is called that its receiver's type does not have, so that the program cannot be built."""

from __future__ import annotations

from stigmer_doctor.model.findings import Finding, Severity
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.source import GoCall, GoFiles
from stigmer_doctor.rules import files

_MOST_NAMES = 8


def check(go: GoFiles) -> Judgement:
    for call in go.calls:
        yield _finding(call)


def _finding(call: GoCall) -> Finding:
    from difflib import get_close_matches  # only where there was a mistake

    near = get_close_matches(call.method, call.methods, 1, 0.7)
    rest = [method for method in call.methods if method not in near]
    names = ", ".join([*near, *rest][:_MOST_NAMES]) or "none"
    more = ", ..." if len(call.methods) > _MOST_NAMES else ""
    return Finding(
        subject=call.span.place,
        message=f"{call.receiver}.{call.method}() does not exist: {call.type} has no such method",
        measured=files.quoted(call.span) or f"{call.receiver}.{call.method}(...)",
        expected=f"one of {names}{more}",
        remediation=files.remediation(
            "Call SetPhase, with the phase that is meant." if call.edits else "Call a method that it has.",
            call.edits,
            files.UNSAFE,
        ),
        evidence=(files.seen(call.span.place, files.quoted(call.span)),),
    )


RULE = Rule(code="SD903", severity=Severity.ERROR, check=check)
