"""SD113: the runner starts, fails and is started again."""

from __future__ import annotations

from stigmer_doctor.analysis.moments import seconds
from stigmer_doctor.analysis.startup import Failure, Startup
from stigmer_doctor.model.facts import Container
from stigmer_doctor.model.findings import Finding, Remediation, Severity
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.advice import state
from stigmer_doctor.rules.commands import docker

_RESTARTS = 3
_RECENT_S = 120.0


def check(
    container: Container,
    collected_at: str,
    startup: Startup,
    last_failure: Failure | None,
    parts_at_start: tuple[str, ...],
) -> Judgement:
    age = seconds(container.state.started_at, collected_at)
    if not _looping(container, age, startup, last_failure):
        return
    measured = _measured(container, age)
    yield Finding(
        subject=container.name,
        message=f"the runner keeps failing and being restarted ({container.restart_count} restarts)",
        measured=measured,
        expected="running since its first start",
        remediation=_advice(container),
        evidence=(state(container, "State, RestartCount", measured),),
        endpoints=() if container.state.oom_killed else parts_at_start,
    )


def _looping(container: Container, age: float | None, startup: Startup, last_failure: Failure | None) -> bool:
    if container.state.status == "restarting":
        return True
    if not container.running or container.restart_count < _RESTARTS:
        return False
    match startup:
        case Startup.STARTING | Startup.FAILED:
            return True  # a start may take minutes before it fails again
        case Startup.READY if last_failure:
            return False  # its starts failed, and this one did not
    return age is not None and age < _RECENT_S


def _measured(container: Container, age: float | None) -> str:
    now = container.state
    last = f"started {max(age, 0):.0f} s ago" if container.running and age is not None else f"exit code {now.exit_code}"
    memory = ", out of memory" if now.oom_killed else ""
    return f"{now.status}, {container.restart_count} restarts, {last}{memory}"


def _advice(container: Container) -> Remediation:
    if container.state.oom_killed:
        return Remediation(text="It was killed for lack of memory: give the container (or Docker's VM) more.")
    return Remediation(
        text="The log says at which step each start fails. Once that is fixed, the engine's next start succeeds.",
        commands=(docker("logs", "--tail", "50", operands=(container.name,)),),
    )


RULE = Rule(code="SD113", severity=Severity.ERROR, check=check, causes=("SD506",))
