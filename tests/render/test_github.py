"""Commands of a GitHub workflow."""

from __future__ import annotations

from tests.render.golden import sources
from tests.render.samples import printed


def test_workflow_commands_stand_on_one_line_each() -> None:
    report = sources()
    lines = printed("github", report).splitlines()
    assert len(lines) == len(report.diagnosis.findings)
    assert lines[0].startswith(
        "::error file=backend/services/agent-runner/docker-compose.yml,line=6,col=19,title=SD801"
    )
