"""SD113: the runner starts, fails and is started again."""

from __future__ import annotations

from stigmer_doctor.model.facts import Container, Logs, NotMeasured
from stigmer_doctor.model.findings import Finding, Remediation, Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.advice import docker, state
from stigmer_doctor.rules.logs.startup import Startup, dialled_at_start, last_failure, startup
from stigmer_doctor.rules.moments import seconds

_RESTARTS = 3
_RECENT_S = 120.0


def check(container: Container, collected_at: str, profile: Profile, *, logs: Logs | NotMeasured) -> Judgement:
    age = seconds(container.state.started_at, collected_at)
    if not _looping(container, age, logs, profile):
        return
    measured = _measured(container, age)
    yield Finding(
        subject=container.name,
        message=f"the runner keeps failing and being restarted ({container.restart_count} restarts)",
        measured=measured,
        expected="running since its first start",
        remediation=_advice(container),
        evidence=(state(container, "State, RestartCount", measured),),
        endpoints=() if container.state.oom_killed else dialled_at_start(logs, profile),
    )


def _looping(container: Container, age: float | None, logs: Logs | NotMeasured, profile: Profile) -> bool:
    if container.state.status == "restarting":
        return True
    if not container.running or container.restart_count < _RESTARTS:
        return False
    match startup(container, logs, profile):
        case Startup.STARTING | Startup.FAILED:
            return True  # a start may take minutes before it fails again
        case Startup.READY if not isinstance(logs, NotMeasured) and last_failure(logs, profile):
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
        text="The log says at which step each start fails. Once that is repaired, the engine's next start succeeds.",
        commands=(docker("logs", "--tail", "50", container.name),),
    )


RULE = Rule(code="SD113", severity=Severity.ERROR, check=check, causes=("SD506",))
