"""SD114: the container's own health check fails, or (an information) the runner is still starting."""

from __future__ import annotations

from stigmer_doctor.analysis.moments import seconds
from stigmer_doctor.analysis.pollers import WorkerPollers
from stigmer_doctor.analysis.startup import USUAL, Failure, Startup
from stigmer_doctor.model.facts import (
    Answered,
    Configuration,
    Container,
    NotMeasured,
    Reach,
    TemporalAnswer,
)
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.advice import docker, state

_LONGEST = 300


def check(
    container: Container,
    collected_at: str,
    startup: Startup,
    last_failure: Failure | None,
    worker_pollers: WorkerPollers,
    profile: Profile,
    *,
    temporal: TemporalAnswer | NotMeasured,
    configuration: Configuration | NotMeasured,
    container_reach: Reach | NotMeasured,
) -> Judgement:
    if container.state.health == "unhealthy":
        yield _unhealthy(container)
    looping = container.restart_count and last_failure
    hopeless = looping or not _can_start(configuration, container_reach, temporal)
    if not worker_pollers.own and not hopeless and startup is Startup.STARTING:
        yield _starting(container, collected_at, profile)


def _can_start(
    configuration: Configuration | NotMeasured, reach: Reach | NotMeasured, temporal: TemporalAnswer | NotMeasured
) -> bool:
    """Whether waiting may help: nobody becomes ready without Temporal, and what is wrong there has its own finding."""
    if not isinstance(temporal, NotMeasured):
        return temporal.answered is Answered.YES and temporal.namespace_exists is not False
    if isinstance(configuration, NotMeasured) or isinstance(reach, NotMeasured):
        return True
    endpoint = configuration.endpoint("temporal")
    return endpoint is None or (not endpoint.problem and reach.connects(endpoint.host, endpoint.port) is not False)


def _unhealthy(container: Container) -> Finding:
    output = " ".join(container.state.health_output.split())
    shown = output if len(output) <= _LONGEST else f"…{output[-_LONGEST:]}"
    return Finding(
        subject=container.name,
        message="the runner's own health check fails: it imports the runner's configuration",
        measured=f"unhealthy: {shown}" if shown else "unhealthy; the check printed nothing",
        expected="healthy",
        remediation=Remediation(
            text="What the check printed says why, for the most part at its end. The engine does nothing about an "
            "unhealthy container, so restart it once that is fixed.",
            commands=(
                docker("inspect", "--format", "{{json .State.Health}}", container.name),
                docker("restart", container.name),
            ),
        ),
        evidence=(Evidence(source="inspect", locator="State.Health", value=shown or "unhealthy"),),
    )


def _starting(container: Container, collected_at: str, profile: Profile) -> Finding:
    started = container.state.started_at
    age = seconds(started, collected_at)
    since = f"since {started}" + (f", for {max(age, 0):.0f} s now" if age is not None else "")
    return Finding(
        subject=container.name,
        message=f"the runner is still starting, {since} ({USUAL})",
        measured=f'no "{profile.worker_ready}" and no failure in its log since its start',
        expected=f'"{profile.worker_ready}" in its log',
        remediation=Remediation(
            text="Wait, and check again. A restart would begin the start again.",
            commands=(docker("logs", "--tail", "20", container.name),),
        ),
        evidence=(state(container, "State.StartedAt", started),),
        severity=Severity.INFO,
    )


RULE = Rule(code="SD114", severity=Severity.WARNING, check=check)
