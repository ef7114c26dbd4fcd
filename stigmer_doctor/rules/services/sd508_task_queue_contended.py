"""SD508: a worker other than this container's takes tasks from its queue."""

from __future__ import annotations

import re

from stigmer_doctor.analysis.links import Links
from stigmer_doctor.analysis.moments import seconds
from stigmer_doctor.analysis.pollers import SHORT_ID, STALE_POLLER_S, host, in_a_container, is_own, since_start
from stigmer_doctor.model.facts import (
    Answered,
    Configuration,
    Container,
    Lookup,
    NotMeasured,
    Pod,
    Poller,
    Replicas,
    TemporalAnswer,
)
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.wording import setting_origin

# The container that was there before is listed for minutes. Its last request is from before this one's start; when that
# request was cut off without a word, Temporal ends it, and dates it, up to about a minute later.
_CUT_OFF_S = 70.0
# What the runner's worker is there for; workflows are the server's.
_RUNNER_KINDS = frozenset({"activity"})


def check(
    links: Links,
    temporal: TemporalAnswer,
    container: Container,
    collected_at: str,
    *,
    lookup: Lookup | NotMeasured,
    pod: Pod | NotMeasured,
    replicas: Replicas | NotMeasured,
) -> Judgement:
    link = links.usable("temporal")
    if isinstance(link, NotMeasured):
        yield Skip(reason=link.reason)
        return
    if why := _untold(temporal, container):
        yield Skip(reason=why)
        return
    own = [poller for poller in temporal.pollers or () if is_own(poller, container)]
    foreign = [
        poller
        for poller in temporal.pollers or ()
        if host(poller)
        and poller not in own
        and not _sibling(host(poller), pod, replicas)
        and _competes(poller, own)
        and _alive(poller, container, lookup, collected_at)
    ]
    if foreign:
        yield _finding(foreign, links.configuration, temporal, container)
    elif container.host_network and len({poller.identity for poller in own}) > 1:
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


def _alive(poller: Poller, container: Container, lookup: Lookup | NotMeasured, collected_at: str) -> bool:
    """Whether it asked lately, and not only as what was there before this container."""
    age = seconds(poller.last_access, collected_at)
    if age is None or age > STALE_POLLER_S:
        return False
    state = _state(host(poller), lookup)
    if state and state != "running":
        return False
    return since_start(poller, container) > (_CUT_OFF_S if not state and in_a_container(poller) else 0)


def _state(name: str, lookup: Lookup | NotMeasured) -> str:
    """The state of the runner container with that host name (its short id); "" where this engine knows none."""
    runners = () if isinstance(lookup, NotMeasured) else lookup.runners
    return next((runner.state for runner in runners if SHORT_ID.fullmatch(name) and runner.id.startswith(name)), "")


def _sibling(name: str, pod: Pod | NotMeasured, replicas: Replicas | NotMeasured) -> bool:
    """Whether the host is a pod of the same workload: replicas share the queue. One that is gone is listed for minutes,
    and its name begins as theirs do."""
    if isinstance(pod, NotMeasured) or not pod.workload:
        return False
    known = () if isinstance(replicas, NotMeasured) else replicas.items
    made = re.fullmatch(rf"{re.escape(pod.workload)}(?:-[a-z0-9]{{5,10}})?-(?:[a-z0-9]{{5}}|\d+)", name)
    return bool(made) or any(replica.name == name for replica in known)


def _competes(poller: Poller, own: list[Poller]) -> bool:
    """Whether it takes tasks of a kind that the container's own worker is there for."""
    kinds = {kind for poller in own for kind in poller.kinds} or _RUNNER_KINDS
    return not poller.kinds or bool(kinds & set(poller.kinds))


def _finding(
    foreign: list[Poller], configuration: Configuration, temporal: TemporalAnswer, container: Container
) -> Finding:
    names = ", ".join(poller.identity for poller in foreign)
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
            Evidence(source="temporal", locator=poller.identity, value=f"polled at {poller.last_access}")
            for poller in foreign
        ),
        endpoints=("temporal",),
    )


RULE = Rule(code="SD508", severity=Severity.WARNING, check=check)
