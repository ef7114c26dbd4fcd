"""SD805: a compose file cannot be read, or not as it was meant."""

from __future__ import annotations

from stigmer_doctor.model.findings import Finding, Severity
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.source import ComposeFiles, Problem
from stigmer_doctor.rules import files


def check(compose: ComposeFiles) -> Judgement:
    for problem in compose.problems:
        yield _finding(problem)


def _finding(problem: Problem) -> Finding:
    return Finding(
        subject=problem.place,
        message=f"{problem.file} {problem.message}",
        measured=files.quoted(problem.span) or problem.message,
        expected="a file that compose accepts" if problem.certain else "a file that could be looked at as a whole",
        remediation=files.remediation("Correct the file; `docker compose config` says whether compose accepts it.", ()),
        evidence=(files.seen(problem.place, files.quoted(problem.span)),),
        severity=None if problem.certain else Severity.INFO,
    )


RULE = Rule(code="SD805", severity=Severity.ERROR, check=check)
