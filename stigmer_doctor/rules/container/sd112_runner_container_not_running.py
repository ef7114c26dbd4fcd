"""SD112: the runner's container exists and does not run."""

from __future__ import annotations

from stigmer_doctor.model.facts import Container, NotMeasured, Pod
from stigmer_doctor.model.findings import Finding, Remediation, Severity
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.advice import log_command, state
from stigmer_doctor.rules.commands import docker

_STATES = ("exited", "created", "paused", "dead", "removing")
# Ended by itself without an error, killed, or asked to stop: whoever did that wanted it.
_STOPPED = (0, 137, 143)


def check(container: Container, parts_at_start: tuple[str, ...], *, pod: Pod | NotMeasured) -> Judgement:
    status = container.state.status
    # Why a pod was not started says SD121.
    if status not in _STATES or (status == "created" and isinstance(pod, Pod)):
        return
    measured = _measured(container)
    yield Finding(
        subject=container.name,
        message=_message(container),
        measured=measured,
        expected="running",
        remediation=_in_pod(container, pod) if isinstance(pod, Pod) else _advice(container),
        evidence=(state(container, "State", measured),),
        endpoints=parts_at_start if _failed(container) else (),
    )


def _failed(container: Container) -> bool:
    now = container.state
    return now.status == "exited" and now.exit_code not in _STOPPED and not now.error and not now.oom_killed


def _message(container: Container) -> str:
    now = container.state
    if now.status == "created":
        return f"the runner was created and never started{f': {now.error}' if now.error else ''}"
    if now.status != "exited":
        return f"the runner's container is {now.status}"
    if now.oom_killed:
        return "the runner ran out of memory and was killed"
    if now.error:
        return f"the engine could not start the runner: {now.error}"
    return f"the runner {'failed' if _failed(container) else 'was stopped'} (exit code {now.exit_code})"


def _measured(container: Container) -> str:
    now = container.state
    if now.status != "exited":
        return now.status
    when = f" at {now.finished_at}" if now.finished_at else ""
    memory = ", out of memory" if now.oom_killed else ""
    return f"exited{when}, exit code {now.exit_code}{memory}, restart policy {container.restart_policy or 'no'}"


def _advice(container: Container) -> Remediation:
    start, name = docker("start", operands=(container.name,)), container.name
    match container.state.status:
        case "paused":
            return Remediation(text="Let it go on.", commands=(docker("unpause", operands=(name,)),))
        case "dead" | "removing":
            return Remediation(
                text="The engine is removing it or failed to. Remove it, and the daemon makes a new one; when that "
                "fails, restart Docker.",
                commands=(docker("rm", "--force", operands=(name,)),),
            )
    if container.state.oom_killed:
        text = "Give the container (or Docker's VM) more memory, then start it."
    elif container.state.error:
        text = "Clear away what the engine complains about, then start it."
    elif _failed(container):
        return Remediation(
            text="The end of its log says why. Correct that, then start it.",
            commands=(docker("logs", "--tail", "50", operands=(name,)), start),
        )
    else:
        text = "Start it."
    return Remediation(text=text, commands=(start,))


def _in_pod(container: Container, pod: Pod) -> Remediation:
    log = (log_command(container, pod),)
    if container.state.status == "removing":
        return Remediation(text="The pod is being deleted: look at the one that takes its place.")
    if container.state.oom_killed:
        return Remediation(text="Give the container more memory in the pod's manifest (resources.limits).")
    if container.state.error:
        return Remediation(text="The cluster has ended it. Clear away what it says, and have the pod made again.")
    text = "The end of its log says why. Correct that in the manifest, and have the pod made again."
    return Remediation(text=text, commands=log)


RULE = Rule(code="SD112", severity=Severity.ERROR, check=check, causes=("SD506",))
