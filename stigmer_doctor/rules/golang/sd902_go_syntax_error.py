"""SD902: a Go file that has to do with the runner does not parse, so that the program cannot be built."""

from __future__ import annotations

from stigmer_doctor.model.findings import Finding, Severity
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.source import GoFiles, Problem
from stigmer_doctor.rules import files


def check(go: GoFiles) -> Judgement:
    for problem in go.problems:
        yield _finding(problem)


def _finding(problem: Problem) -> Finding:
    if not problem.certain:
        return _not_looked_at(problem)
    edits = problem.edits[0] if problem.edits else None
    advice = (
        f"Write {edits.text} at line {edits.span.line}, column {edits.span.column}." if edits else "Correct it by hand."
    )
    return Finding(
        subject=problem.place,
        message=f"{problem.file} is not Go: {problem.message}",
        measured=files.quoted(problem.span) or problem.message,
        expected="gofmt reads the file",
        remediation=files.remediation(advice, problem.edits),
        evidence=(files.seen(problem.place, files.quoted(problem.span)),),
    )


def _not_looked_at(problem: Problem) -> Finding:
    return Finding(
        subject=problem.file,
        message=f"{problem.file} {problem.message}: it was not looked at",
        measured=problem.message,
        expected="a file that could be looked at",
        remediation=files.remediation("Look at it yourself, or have gofmt read it.", ()),
        evidence=(files.seen(problem.file, problem.message),),
        severity=Severity.INFO,
    )


RULE = Rule(code="SD902", severity=Severity.ERROR, check=check)
