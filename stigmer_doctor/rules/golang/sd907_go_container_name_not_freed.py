"""SD907: the runner is started under a name that a container of an earlier run may still have."""

from __future__ import annotations

from stigmer_doctor.model.findings import Finding, Severity
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.source import GoFiles, GoTakenName
from stigmer_doctor.rules import files


def check(go: GoFiles) -> Judgement:
    for name in go.taken_names:
        yield _finding(name)


def _finding(taken: GoTakenName) -> Finding:
    return Finding(
        subject=taken.span.place,
        message=f"{taken.name} is started without freeing its name before: where an earlier run left a container of "
        "that name, docker run fails with a conflict, and the old container stays",
        measured=files.quoted(taken.span) or f"--name {taken.name}",
        expected=f"the container {taken.name} is removed before docker run, on every way to it",
        remediation=files.remediation("Remove a container of that name first.", taken.edits, files.UNSAFE),
        evidence=(files.seen(taken.span.place, files.quoted(taken.span)),),
    )


RULE = Rule(code="SD907", severity=Severity.WARNING, check=check)
