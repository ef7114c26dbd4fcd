"""Commands of a GitHub workflow."""

from __future__ import annotations

from msgspec.structs import replace

from tests.render.golden import sources
from tests.render.samples import incident, printed


def test_workflow_commands_stand_on_one_line_each() -> None:
    report = sources()
    lines = printed("github", report).splitlines()
    assert len(lines) == len(report.diagnosis.findings) + 1
    assert lines[-1] == f"::notice title=fingerprint::{report.diagnosis.fingerprint}"
    assert lines[0].startswith(
        "::error file=backend/services/agent-runner/docker-compose.yml,line=6,col=19,title=SD801"
    )


def test_nothing_in_a_finding_is_obeyed_by_a_terminal() -> None:
    made = incident()
    findings = tuple(replace(other, message="a\x1b[2J\u202e\nb%") for other in made.diagnosis.findings)
    (first, *_) = printed("github", made._replace(diagnosis=replace(made.diagnosis, findings=findings))).splitlines()
    assert "::a\\x1b[2J\\u202e\\nb%25. " in first
