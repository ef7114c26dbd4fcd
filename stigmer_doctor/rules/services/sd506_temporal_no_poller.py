"""SD506: the runner's worker does not poll its task queue, so executions wait there or run elsewhere."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.analysis.links import Links
from stigmer_doctor.analysis.moments import seconds
from stigmer_doctor.analysis.pollers import STALE_POLLER_S, WorkerPollers, asked_lately, host
from stigmer_doctor.analysis.startup import Startup
from stigmer_doctor.model.changes import SetVariable
from stigmer_doctor.model.facts import (
    Answered,
    Configuration,
    Container,
    NotMeasured,
    Pod,
    Replicas,
    SentExecution,
    TemporalAnswer,
)
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import wording
from stigmer_doctor.rules.advice import log_command, restart_command

_YOUNG_S = 180.0


def check(
    links: Links,
    temporal: TemporalAnswer,
    container: Container,
    worker_pollers: WorkerPollers,
    startup: Startup,
    too_early: str,
    collected_at: str,
    profile: Profile,
    server_sends: SentExecution | None,
    *,
    pod: Pod | NotMeasured,
    replicas: Replicas | NotMeasured,
) -> Judgement:
    link = links.usable("temporal")
    if isinstance(link, NotMeasured):
        yield Skip(reason=link.reason)
        return
    if why := _untold(temporal):
        yield Skip(reason=why)
        return
    shared = _siblings_poll(worker_pollers, replicas)
    if container.running and (why := worker_pollers.unclear or ("" if worker_pollers.own else too_early)):
        yield Skip(reason=why)
    elif shared and container.running and not worker_pollers.own and _young(container, collected_at):
        yield Skip(reason="its siblings poll, and Temporal need not list every worker of a queue from its start on")
    elif not (container.running and worker_pollers.own):
        look = (log_command(container, pod), *((restart_command(container, pod),) if container.running else ()))
        found = _finding(links.configuration, temporal, container, worker_pollers, startup, look)
        yield replace(found, severity=Severity.WARNING) if shared and container.running else found
    elif server_sends:
        if server_sends.to != temporal.task_queue:
            yield _sent_elsewhere(server_sends, links.configuration, temporal, collected_at)
    elif (usual := _usual_queue(links.configuration, profile)) not in ("", temporal.task_queue):
        yield _elsewhere(usual, links.configuration, temporal)


def _siblings_poll(seen: WorkerPollers, replicas: Replicas | NotMeasured) -> bool:
    """Whether pods of the same workload take the tasks: then executions do not wait for this one."""
    names = set() if isinstance(replicas, NotMeasured) else {replica.name for replica in replicas.items}
    return any(host(poller) in names for poller in seen.lately)


def _young(container: Container, collected_at: str) -> bool:
    age = seconds(container.state.started_at, collected_at)
    return age is not None and age < _YOUNG_S


def _untold(temporal: TemporalAnswer) -> str:
    """Why the list of pollers would say nothing; "" when it does."""
    if temporal.answered is not Answered.YES:
        return f"Temporal gave no usable answer ({temporal.answered})"
    if temporal.namespace_exists is False:
        return f'the namespace "{temporal.namespace}" does not exist'
    return "Temporal did not say who polls the task queue" if temporal.pollers is None else ""


def _finding(
    configuration: Configuration,
    temporal: TemporalAnswer,
    container: Container,
    seen: WorkerPollers,
    stage: Startup,
    look: tuple[str, ...],
) -> Finding:
    queue, origin = temporal.task_queue, wording.setting_origin(configuration, "task_queue")
    listed = tuple(temporal.pollers or ())
    return Finding(
        subject=queue,
        message=_message(temporal, container, seen),
        measured=f"{_measured(container, seen, bool(listed))}; container {container.state.status}; {origin}",
        expected=f"a poller …@{container.hostname} that asked after the start, in the last {STALE_POLLER_S:.0f} s",
        remediation=Remediation(
            text="The container's log says why its worker does not poll. Where the worker is on another task queue "
            f"than the one that executions are sent to, correct {origin}.",
            commands=look,
        ),
        evidence=tuple(
            Evidence(source="temporal", locator=poller.identity, value=poller.last_access) for poller in listed
        ),
        # Whatever made the start fail explains it; where the worker runs, only what is about Temporal does.
        endpoints=("temporal",) if stage is Startup.READY else (),
    )


def _sent_elsewhere(
    sent: SentExecution, configuration: Configuration, temporal: TemporalAnswer, collected_at: str
) -> Finding:
    """The server names another queue than the worker polls: executions wait there, unless somebody else polls it."""
    polled = temporal.task_queue
    others = wording.listed(poller.identity for poller in asked_lately(sent.pollers or (), collected_at))
    waits = sent.pollers is not None and not others
    who = "nobody polls that one: executions stay pending" if waits else f"who polls that one: {others or 'not said'}"
    return Finding(
        subject=sent.to,
        message=f'the runner\'s worker polls the task queue "{polled}", and the server sends executions to '
        f'"{sent.to}"; {who}',
        measured=f"the server ({sent.by}) sent its execution of {sent.at} to {sent.to}; "
        f"{wording.setting_origin(configuration, 'task_queue')}",
        expected=f"the runner's worker polls {sent.to}",
        remediation=_to_the_same(sent.to, polled, configuration, waits=waits),
        evidence=(
            Evidence(source="temporal", locator="task queue", value=polled),
            Evidence(source="temporal", locator=sent.by, value=f"sent to {sent.to} at {sent.at}"),
        ),
        endpoints=("temporal",),
        severity=None if waits else Severity.WARNING,
    )


def _to_the_same(queue: str, polled: str, configuration: Configuration, *, waits: bool) -> Remediation:
    setting = configuration.setting("task_queue")
    name = setting.variable if setting else ""
    return Remediation(
        text=f"Set {name or 'the task queue'} to {queue}; or set it to {polled} where the server runs, and start the "
        "server again.",
        changes=(SetVariable(name=name, value=queue),) if name and waits else (),
    )


def _usual_queue(configuration: Configuration, profile: Profile) -> str:
    """Where the server sends executions as long as it is told no other queue; "" where that is not known."""
    setting = configuration.setting("task_queue")
    variable = setting.variable if setting else ""
    return next((read.default or "" for read in profile.reads if read.name == variable), "")


def _elsewhere(usual: str, configuration: Configuration, temporal: TemporalAnswer) -> Finding:
    """The worker polls a queue of its own choice. Whether the server knows of that cannot be seen from here."""
    origin = wording.setting_origin(configuration, "task_queue")
    return Finding(
        subject=usual,
        message=f'the runner\'s worker polls the task queue "{temporal.task_queue}": the server sends executions to '
        f'"{usual}" unless the same variable is set where it runs, and there they would stay pending',
        measured=origin,
        expected=f"{usual}, or the same queue where the server runs",
        remediation=Remediation(text=f"Set {origin.partition('=')[0]} where the server runs too, or remove it here."),
        evidence=(Evidence(source="temporal", locator="task queue", value=temporal.task_queue),),
        endpoints=("temporal",),
        severity=Severity.WARNING,
    )


def _message(temporal: TemporalAnswer, container: Container, seen: WorkerPollers) -> str:
    where = f'the task queue "{temporal.task_queue}" in namespace "{temporal.namespace}"'
    own = tuple(poller.identity for poller in (*seen.own, *seen.earlier))
    others = [poller.identity for poller in seen.lately if poller.identity not in own]
    if others:
        return f"this container's worker does not poll {where}, others do: {', '.join(others)}"
    if seen.earlier and container.running:
        return f"the runner's worker no longer polls {where}: executions stay pending"
    return f"nobody polls {where}: executions stay pending"


def _measured(container: Container, seen: WorkerPollers, listed: bool) -> str:
    if seen.earlier:
        last = max(seen.earlier, key=lambda poller: poller.last_access)
        return f"{last.identity} asked last at {last.last_access}, container started at {container.state.started_at}"
    return f"no poller …@{container.hostname}" if listed else "0 pollers"


RULE = Rule(code="SD506", severity=Severity.ERROR, check=check, essential=True)
