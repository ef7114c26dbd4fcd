"""SD114: the container's own health check fails, or (an information) the runner is still starting."""

from __future__ import annotations

from stigmer_doctor.analysis.moments import seconds, to_the_second
from stigmer_doctor.analysis.startup import USUAL
from stigmer_doctor.model.facts import Container, NotMeasured, Pod
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.advice import log_command, state
from stigmer_doctor.rules.commands import docker, kubectl

_LONGEST = 300
_FAILS = "the runner's own health check fails: it imports the runner's configuration"


def check(
    container: Container, still_starting: bool, collected_at: str, profile: Profile, *, pod: Pod | NotMeasured
) -> Judgement:
    if container.state.health == "unhealthy":
        yield _unhealthy(container, pod)
    if still_starting:
        yield _starting(container, collected_at, profile, log_command(container, pod, 20))


def _unhealthy(container: Container, pod: Pod | NotMeasured) -> Finding:
    output = " ".join(container.state.health_output.split())
    shown = output if len(output) <= _LONGEST else f"…{output[-_LONGEST:]}"
    return Finding(
        subject=container.name,
        message="the runner's readiness probe fails" if isinstance(pod, Pod) else _FAILS,
        measured=f"unhealthy: {shown}" if shown else "unhealthy; the check printed nothing",
        expected="healthy",
        remediation=_in_pod(container, pod) if isinstance(pod, Pod) else _on_engine(container),
        evidence=(Evidence(source="inspect", locator="State.Health", value=shown or "unhealthy"),),
    )


def _on_engine(container: Container) -> Remediation:
    return Remediation(
        text="What the check printed says why, for the most part at its end. The engine does nothing about an "
        "unhealthy container, so restart it once that is fixed.",
        commands=(
            docker("inspect", "--format", "{{json .State.Health}}", operands=(container.name,)),
            docker("restart", operands=(container.name,)),
        ),
    )


def _in_pod(container: Container, pod: Pod) -> Remediation:
    return Remediation(
        text="What the probe was told says why; the log may say more. Until it succeeds, the pod is not ready.",
        commands=(kubectl("describe", "pod", operands=(pod.name,)), log_command(container, pod)),
    )


def _starting(container: Container, collected_at: str, profile: Profile, log: str) -> Finding:
    started = container.state.started_at
    age = seconds(started, collected_at)
    since = f"since {to_the_second(started)}" + (f", for {max(age, 0):.0f} s now" if age is not None else "")
    return Finding(
        subject=container.name,
        message=f"the runner is still starting, {since} ({USUAL})",
        measured=f'no "{profile.worker_ready}" and no failure in its log since its start',
        expected=f'"{profile.worker_ready}" in its log',
        remediation=Remediation(
            text="Wait, and check again. A restart would begin the start again.",
            commands=(log,),
        ),
        evidence=(state(container, "State.StartedAt", started),),
        severity=Severity.INFO,
    )


RULE = Rule(code="SD114", severity=Severity.WARNING, check=check)
