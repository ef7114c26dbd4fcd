"""SD121: the cluster has not started the runner's container: no node, no image, no volume, or no room for a pod."""

from __future__ import annotations

from stigmer_doctor.model.facts import Container, NotMeasured, Pod, PodEvents, PodWorkload
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.pod import PodEvent
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import linking
from stigmer_doctor.rules.commands import kubectl

_IMAGE = ("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError")
_OF_SD122 = ("CreateContainerConfigError",)
_TROUBLE = ("FailedMount", "FailedAttachVolume", "FailedCreatePodSandBox", "Failed", "FailedScheduling")
_LONGEST = 300


def check(
    *,
    pod: Pod | NotMeasured,
    container: Container | NotMeasured,
    pod_events: PodEvents | NotMeasured,
    workload: PodWorkload | NotMeasured,
) -> Judgement:
    events = () if isinstance(pod_events, NotMeasured) else pod_events.items
    if isinstance(workload, PodWorkload) and (finding := _not_made(workload, events, isinstance(pod, Pod))):
        yield finding
    elif isinstance(pod, NotMeasured):
        yield Skip(reason=pod.reason)
    if isinstance(pod, Pod) and isinstance(container, Container) and container.state.status == "created":
        yield from _not_started(pod, container, events)
    elif isinstance(pod, Pod) and isinstance(pod_events, NotMeasured):
        yield Skip(reason=pod_events.reason)


def _not_made(workload: PodWorkload, events: tuple[PodEvent, ...], any_pod: bool) -> Finding | None:
    """That the cluster refuses to make pods at all: a quota, a policy of admission, a limit range."""
    failing = [line for line in workload.conditions if line.type == "ReplicaFailure" and line.status == "True"]
    refused = [event for event in events if event.reason == "FailedCreate" and event.kind != "Pod"]
    if not failing and (any_pod or not refused):
        return None
    said = failing[0].message if failing else refused[-1].message
    quota = "exceeded quota" in said
    text = "Ask for less in the pod's manifest (resources), or have the quota raised. The command shows how it is used."
    return Finding(
        subject=workload.name,
        message=f"the cluster makes {'no more pods' if any_pod else 'no pod'} of the {workload.type} {workload.name}"
        f"{': the quota is used up' if quota else ''}",
        measured=f"{workload.ready} of {workload.desired} ready; {said[:_LONGEST]}",
        expected=f"{workload.desired} pods",
        remediation=Remediation(
            text=text if quota else "Correct what the sentence names, in the manifest or in the namespace.",
            commands=(kubectl("describe", "quota"),) if quota else (kubectl("describe", operands=(workload.called,)),),
        ),
        evidence=tuple(_seen(event) for event in refused[-2:]),
        severity=Severity.WARNING if any_pod else None,
    )


def _not_started(pod: Pod, container: Container, events: tuple[PodEvent, ...]) -> Judgement:
    scheduled = pod.condition("PodScheduled")
    mine = [event for event in events if event.kind == "Pod" and event.warning and event.reason in _TROUBLE]
    if pod.waiting in _OF_SD122 or _about_references(mine):
        return
    describe = (kubectl("describe", "pod", operands=(pod.name,)),)
    if scheduled and scheduled.status == "False":
        text = (
            "Give the cluster a node that fits, or ask for less: requests, node selectors, tolerations and volumes of "
            "the pod's manifest decide."
        )
        why, said = "no node takes it", scheduled.message
    elif pod.waiting in _IMAGE:
        text = (
            f"Correct the image's name ({container.image}), or give the pod the right to pull it (imagePullSecrets), "
            "or load it onto the node."
        )
        why = "its image cannot be had"
        said = next((event.message for event in reversed(mine) if "pull image" in event.message), pod.waiting_message)
    elif mine:
        text, why, said = "Correct what the sentence names.", mine[-1].reason, mine[-1].message
    elif pod.waiting not in ("", "ContainerCreating", "PodInitializing"):
        text, why, said = "Correct what the sentence names.", pod.waiting, pod.waiting_message
    else:
        yield _underway(pod, describe)
        return
    yield Finding(
        subject=pod.name,
        message=f"the cluster has not started the runner: {why}",
        measured=f"{pod.waiting or pod.phase}: {said[:_LONGEST] or 'nothing more is told'}",
        expected="running",
        remediation=Remediation(text=text, commands=describe),
        evidence=tuple(_seen(event) for event in mine[-3:]),
    )


def _underway(pod: Pod, describe: tuple[str, ...]) -> Finding:
    return Finding(
        subject=pod.name,
        message="the pod is being started",
        measured=f"{pod.waiting or pod.phase}, and no event says that anything is wrong",
        expected="running",
        remediation=Remediation(text="Wait, and check again (--wait).", commands=describe),
        severity=Severity.INFO,
    )


def _about_references(events: list[PodEvent]) -> bool:
    """Whether the last trouble is a ConfigMap or a Secret that is missing, which SD122 names."""
    return bool(events) and "not found" in events[-1].message and events[-1].reason == "FailedMount"


def _seen(event: PodEvent) -> Evidence:
    times = f", {event.count} times" if event.count > 1 else ""
    where = f"{event.kind} {event.name}, {event.reason}{times}"
    return Evidence(source="engine", locator=where, value=event.message[:_LONGEST])


RULE = Rule(code="SD121", severity=Severity.ERROR, check=check, causes=("SD506", *linking.START_UP))
