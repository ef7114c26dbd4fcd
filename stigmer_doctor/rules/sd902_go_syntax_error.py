"""SD902: a Go file that has to do with the runner does not parse, so that the program cannot be built."""

from __future__ import annotations

from stigmer_doctor.model.findings import Finding, Severity
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.source import GoFiles, Problem
from stigmer_doctor.rules import files


def check(go: GoFiles) -> Judgement:
    for each in go.problems:
        yield _finding(each)


def _finding(problem: Problem) -> Finding:
    mend = problem.mend[0] if problem.mend else None
    advice = (
        f"Write {mend.text} at line {mend.span.line}, column {mend.span.column}." if mend else "Correct it by hand."
    )
    return Finding(
        subject=problem.place,
        message=f"{problem.file} is no Go: {problem.message}",
        measured=files.quoted(problem.span) or problem.message,
        expected="gofmt reads the file",
        remediation=files.remedy(advice, problem.mend),
        evidence=(files.seen(problem.place, files.quoted(problem.span)),),
    )


RULE = Rule(code="SD902", severity=Severity.ERROR, check=check)
