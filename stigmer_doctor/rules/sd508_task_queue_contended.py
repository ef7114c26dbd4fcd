"""SD508: a worker other than this container's takes tasks from its queue."""

from __future__ import annotations

from stigmer_doctor.model.facts import Answered, Configuration, Container, Poller, TemporalAnswer
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.moments import seconds
from stigmer_doctor.rules.services import STALE_POLLER_S, setting_origin, usable

# The container that was there before is listed for minutes; its last request is from before this one's start.
_SETTLED_S = 5.0


def check(configuration: Configuration, temporal: TemporalAnswer, container: Container, collected_at: str) -> Judgement:
    endpoint = usable("temporal", configuration)
    if isinstance(endpoint, Skip):
        yield endpoint
        return
    if why := _untold(temporal, container):
        yield Skip(reason=why)
        return
    active = [each for each in temporal.pollers or () if _active(each, container, collected_at)]
    own = [each for each in active if _own(each, container)]
    foreign = [each for each in active if _foreign(each, container) and _competes(each, own)]
    if foreign:
        yield _finding(foreign, configuration, temporal, container)
    elif container.host_network and len({each.identity for each in own}) > 1:
        yield Skip(reason="on host networking, the workers of this machine and of the container have the same name")


def _untold(temporal: TemporalAnswer, container: Container) -> str:
    """Why the pollers cannot be compared with the container; "" when they can."""
    if not container.running:
        return f"the container is {container.state.status}"
    if temporal.answered is not Answered.YES or temporal.pollers is None:
        return "Temporal did not say who polls the task queue"
    if not container.hostname or container.network_mode.startswith("container:"):
        return "the container's own host name is not known"
    return ""


def _active(poller: Poller, container: Container, collected_at: str) -> bool:
    since_start = seconds(container.state.started_at, poller.last_access)
    age = seconds(poller.last_access, collected_at)
    return since_start is not None and since_start > _SETTLED_S and age is not None and age <= STALE_POLLER_S


def _host(poller: Poller) -> str:
    """The host part of `pid@hostname`; "" for an identity of another form."""
    pid, _, host = poller.identity.partition("@")
    return host if pid.isdigit() else ""


def _own(poller: Poller, container: Container) -> bool:
    return _host(poller).partition(".")[0] == container.hostname.partition(".")[0]


def _foreign(poller: Poller, container: Container) -> bool:
    return bool(_host(poller)) and not _own(poller, container)


def _competes(poller: Poller, own: list[Poller]) -> bool:
    """Whether it takes tasks of a kind that the container's own worker is there for."""
    kinds = {kind for each in own for kind in each.kinds}
    return not kinds or not poller.kinds or bool(kinds & set(poller.kinds))


def _finding(
    foreign: list[Poller], configuration: Configuration, temporal: TemporalAnswer, container: Container
) -> Finding:
    names = ", ".join(each.identity for each in foreign)
    queue = temporal.task_queue
    return Finding(
        subject=queue,
        message=f'another worker takes tasks from the task queue "{queue}": {names}',
        measured=f"pollers that are not this container's ({container.hostname}): {names}",
        expected=f"only the worker of this container polls the queue (…@{container.hostname})",
        remediation=Remediation(
            text="Part of the executions runs in the other worker, with its configuration. Stop it (the identity is "
            "its process id and its host, which for a container is the short id), or give one of the two another "
            f"task queue; here it is {setting_origin(configuration, 'task_queue')}."
        ),
        evidence=tuple(
            Evidence(source="temporal", locator=each.identity, value=f"polled at {each.last_access}")
            for each in foreign
        ),
        endpoints=("temporal",),
    )


RULE = Rule(code="SD508", severity=Severity.WARNING, check=check)
