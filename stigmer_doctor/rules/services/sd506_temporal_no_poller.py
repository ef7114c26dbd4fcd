"""SD506: the runner's worker does not poll its task queue, so executions wait there or run elsewhere."""

from __future__ import annotations

from stigmer_doctor.model.facts import Answered, Configuration, Container, Logs, Lookup, NotMeasured, TemporalAnswer
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.advice import docker
from stigmer_doctor.rules.dialling import STALE_POLLER_S, setting_origin, usable
from stigmer_doctor.rules.logs.log_lines import since_start
from stigmer_doctor.rules.logs.startup import Startup, startup
from stigmer_doctor.rules.moments import seconds
from stigmer_doctor.rules.services.pollers import Sighted, sighted

# Where the log does not tell whether the runner is ready, a start may take so long.
_MAY_START_S = 180.0
# Between "Worker ready" and the first request for tasks; the lines are those that the runner writes meanwhile.
_FIRST_REQUEST_S, _FIRST_REQUEST_LINES = 15.0, 5


def check(
    configuration: Configuration,
    temporal: TemporalAnswer,
    container: Container,
    collected_at: str,
    profile: Profile,
    *,
    logs: Logs | NotMeasured,
    lookup: Lookup | NotMeasured,
) -> Judgement:
    endpoint = usable("temporal", configuration)
    if isinstance(endpoint, Skip):
        yield endpoint
        return
    if why := _untold(temporal):
        yield Skip(reason=why)
        return
    seen = sighted(temporal.pollers or (), container, lookup, collected_at)
    if container.running and (why := seen.unclear or _not_yet(seen, container, logs, profile, collected_at)):
        yield Skip(reason=why)
    elif not (container.running and seen.own):
        yield _finding(configuration, temporal, container, seen, startup(container, logs, profile))


def _untold(temporal: TemporalAnswer) -> str:
    """Why the list of pollers would say nothing; "" when it does."""
    if temporal.answered is not Answered.YES:
        return f"Temporal gave no usable answer ({temporal.answered})"
    if temporal.namespace_exists is False:
        return f'the namespace "{temporal.namespace}" does not exist'
    return "Temporal did not say who polls the task queue" if temporal.pollers is None else ""


def _not_yet(seen: Sighted, container: Container, logs: Logs | NotMeasured, profile: Profile, collected_at: str) -> str:
    """Why a poller that is missing would prove nothing yet; "" when it does."""
    if seen.own:
        return ""
    started = container.state.started_at
    match startup(container, logs, profile):
        case Startup.STARTING:
            return f'the runner is still starting: no "{profile.worker_ready}" in its log since {started}'
        case Startup.UNKNOWN:
            age = seconds(started, collected_at)
            return "the runner may still be starting" if age is not None and age < _MAY_START_S else ""
        case Startup.READY if _just_ready(container, logs, profile, collected_at):
            return "the runner became ready a moment ago"
    return ""


def _just_ready(container: Container, logs: Logs | NotMeasured, profile: Profile, collected_at: str) -> bool:
    uptime = seconds(container.state.started_at, collected_at)
    if isinstance(logs, NotMeasured) or (uptime is not None and uptime < _FIRST_REQUEST_S):
        return True
    age = seconds(logs.last_at, collected_at)
    last = since_start(logs)[-_FIRST_REQUEST_LINES:]
    return age is not None and age < _FIRST_REQUEST_S and any(profile.worker_ready in line.text for line in last)


def _finding(
    configuration: Configuration, temporal: TemporalAnswer, container: Container, seen: Sighted, stage: Startup
) -> Finding:
    queue, origin = temporal.task_queue, setting_origin(configuration, "task_queue")
    listed = tuple(temporal.pollers or ())
    return Finding(
        subject=queue,
        message=_message(temporal, container, seen),
        measured=f"{_measured(container, seen, bool(listed))}; container {container.state.status}; {origin}",
        expected=f"a poller …@{container.hostname} that asked after the start, in the last {STALE_POLLER_S:.0f} s",
        remediation=Remediation(
            text="The container's log says why its worker does not poll. Where the worker is on another task queue "
            f"than the one that executions are sent to, correct {origin}.",
            commands=(
                docker("logs", "--tail", "50", container.name),
                *((docker("restart", container.name),) if container.running else ()),
            ),
        ),
        evidence=tuple(
            Evidence(source="temporal", locator=poller.identity, value=poller.last_access) for poller in listed
        ),
        # Whatever made the start fail explains it; where the worker runs, only what is about Temporal does.
        endpoints=("temporal",) if stage is Startup.READY else (),
    )


def _message(temporal: TemporalAnswer, container: Container, seen: Sighted) -> str:
    where = f'the task queue "{temporal.task_queue}" in namespace "{temporal.namespace}"'
    own = tuple(poller.identity for poller in (*seen.own, *seen.earlier))
    others = [poller.identity for poller in seen.lately if poller.identity not in own]
    if others:
        return f"this container's worker does not poll {where}, others do: {', '.join(others)}"
    if seen.earlier and container.running:
        return f"the runner's worker no longer polls {where}: executions stay pending"
    return f"nobody polls {where}: executions stay pending"


def _measured(container: Container, seen: Sighted, listed: bool) -> str:
    if seen.earlier:
        last = max(seen.earlier, key=lambda poller: poller.last_access)
        return f"{last.identity} asked last at {last.last_access}, container started at {container.state.started_at}"
    return f"no poller …@{container.hostname}" if listed else "0 pollers"


RULE = Rule(code="SD506", severity=Severity.ERROR, check=check, essential=True)
