"""SD906: the container's id is written to another file than the one that the stop command reads."""

from __future__ import annotations

from stigmer_doctor.model.findings import Finding, Severity
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.source import GoFiles, GoIdFile
from stigmer_doctor.rules import files


def check(go: GoFiles) -> Judgement:
    for file in go.id_files:
        yield _finding(file)


def _finding(written: GoIdFile) -> Finding:
    return Finding(
        subject=written.span.place,
        message=f"the container's id is written to {written.name}, and what stops the container reads {written.trusted}"
        f" ({written.read_at.place}): it stops an older container, or looks for one by its name",
        measured=written.name,
        expected=written.trusted,
        remediation=files.remediation(f"Write the id to {written.trusted}.", written.edits, files.UNSAFE),
        evidence=(
            files.seen(written.span.place, files.quoted(written.span)),
            files.seen(written.read_at.place, files.quoted(written.read_at)),
        ),
    )


RULE = Rule(code="SD906", severity=Severity.WARNING, check=check)
