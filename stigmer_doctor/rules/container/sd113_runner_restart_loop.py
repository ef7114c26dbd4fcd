"""SD113: the runner starts, fails and is started again."""

from __future__ import annotations

from stigmer_doctor.analysis.moments import seconds
from stigmer_doctor.analysis.startup import Failure, Startup
from stigmer_doctor.model.facts import Container, NotMeasured, Pod
from stigmer_doctor.model.findings import Finding, Remediation, Severity
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.advice import log_command, state

_RESTARTS = 3
_RECENT_S = 120.0


def check(
    container: Container,
    collected_at: str,
    startup: Startup,
    last_failure: Failure | None,
    parts_at_start: tuple[str, ...],
    *,
    pod: Pod | NotMeasured,
) -> Judgement:
    age = seconds(container.state.started_at, collected_at)
    if not _looping(container, age, startup, last_failure):
        return
    measured = _measured(container, age)
    yield Finding(
        subject=container.name,
        message=f"the runner keeps failing and being restarted ({_times(container.restart_count)})",
        measured=measured,
        expected="running since its first start",
        remediation=_advice(container, pod),
        evidence=(state(container, "State, RestartCount", measured),),
        endpoints=() if container.state.oom_killed else parts_at_start,
    )


def _times(restarts: int) -> str:
    return "1 restart" if restarts == 1 else f"{restarts} restarts"


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
    return f"{now.status}, {_times(container.restart_count)}, {last}{memory}"


def _advice(container: Container, pod: Pod | NotMeasured) -> Remediation:
    in_pod = isinstance(pod, Pod)
    if container.state.oom_killed:
        more = "give the container more (resources.limits)" if in_pod else "give the container (or Docker's VM) more"
        return Remediation(text=f"It was killed for lack of memory: {more}.")
    whose = "the next start" if in_pod else "the engine's next start"
    return Remediation(
        text=f"The log says at which step each start fails. Once that is fixed, {whose} succeeds.",
        commands=(log_command(container, pod),),
    )


RULE = Rule(code="SD113", severity=Severity.ERROR, check=check, causes=("SD506",))
