"""SD506: nobody polls the runner's task queue, so executions wait there for ever."""

from __future__ import annotations

from stigmer_doctor.model.facts import Answered, Configuration, Container, EngineSearch, TemporalAnswer
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.moments import seconds
from stigmer_doctor.rules.services import STALE_POLLER_S, docker, setting_origin, usable

_STARTING_S = 15.0


def check(
    configuration: Configuration,
    temporal: TemporalAnswer,
    container: Container,
    search: EngineSearch,
    collected_at: str,
) -> Judgement:
    endpoint = usable("temporal", configuration)
    if isinstance(endpoint, Skip):
        yield endpoint
    elif why := _untold(temporal, container, collected_at):
        yield Skip(reason=why)
    elif not _polled(temporal, collected_at):
        yield _finding(configuration, temporal, container, search)


def _untold(temporal: TemporalAnswer, container: Container, collected_at: str) -> str:
    """Why an empty list of pollers would say nothing; "" when it does."""
    if temporal.answered is not Answered.YES:
        return f"Temporal gave no usable answer ({temporal.answered})"
    if temporal.namespace_exists is False:
        return f'the namespace "{temporal.namespace}" does not exist'
    if temporal.pollers is None:
        return "Temporal did not say who polls the task queue"
    uptime = seconds(container.state.started_at, collected_at)
    if uptime is not None and uptime < _STARTING_S and not _polled(temporal, collected_at):
        return f"the container started {max(uptime, 0):.0f} s ago"
    return ""


def _polled(temporal: TemporalAnswer, collected_at: str) -> bool:
    """Whether anybody asked for tasks lately. Temporal lists a poller for minutes after it has gone."""
    ages = [seconds(each.last_access, collected_at) for each in temporal.pollers or ()]
    return any(age is None or age <= STALE_POLLER_S for age in ages)


def _finding(
    configuration: Configuration, temporal: TemporalAnswer, container: Container, search: EngineSearch
) -> Finding:
    queue, origin = temporal.task_queue, setting_origin(configuration, "task_queue")
    gone = tuple(temporal.pollers or ())
    last = f"; the last one asked at {max(each.last_access for each in gone)}" if gone else ""
    return Finding(
        subject=queue,
        message=f'nobody polls the task queue "{queue}" in namespace "{temporal.namespace}": executions stay pending',
        measured=f"0 pollers{last}; container {container.state.status}; {origin}",
        expected=f"at least 1 poller within the last {STALE_POLLER_S:.0f} s",
        remediation=Remediation(
            text="The container's log says why its worker does not poll. Where the worker is on another task queue "
            f"than the one that executions are sent to, correct {origin}.",
            commands=(
                docker(search, "logs", "--tail", "50", container.name),
                docker(search, "restart", container.name),
            ),
        ),
        evidence=tuple(Evidence(source="temporal", locator=each.identity, value=each.last_access) for each in gone),
        endpoints=("temporal",),
    )


RULE = Rule(code="SD506", severity=Severity.ERROR, check=check)
