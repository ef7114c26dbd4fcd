"""SD114: the container's own health check fails."""

from __future__ import annotations

from stigmer_doctor.model.facts import Container
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.advice import docker

_LONGEST = 300


def check(container: Container) -> Judgement:
    if container.state.health != "unhealthy":
        return
    output = " ".join(container.state.health_output.split())
    shown = output if len(output) <= _LONGEST else f"…{output[-_LONGEST:]}"
    yield Finding(
        subject=container.name,
        message="the runner's own health check fails: it imports the runner's configuration",
        measured=f"unhealthy: {shown}" if shown else "unhealthy; the check printed nothing",
        expected="healthy",
        remediation=Remediation(
            text="What the check printed says why, for the most part at its end. The engine does nothing about an "
            "unhealthy container, so restart it once that is repaired.",
            commands=(
                docker("inspect", "--format", "{{json .State.Health}}", container.name),
                docker("restart", container.name),
            ),
        ),
        evidence=(Evidence(source="inspect", locator="State.Health", value=shown or "unhealthy"),),
    )


RULE = Rule(code="SD114", severity=Severity.WARNING, check=check)
