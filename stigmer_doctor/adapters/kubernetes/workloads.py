"""What makes pods, and what is told about them, read."""

from __future__ import annotations

from collections.abc import Sequence

from stigmer_doctor.adapters.docker.lenient import mapping, mappings, number, strings, text
from stigmer_doctor.adapters.kubernetes.bundle import Bundle, named
from stigmer_doctor.adapters.kubernetes.inspection import PodReading, conditions
from stigmer_doctor.model.errors import Refused
from stigmer_doctor.model.pod import PodEvent, PodWorkload
from stigmer_doctor.model.ports import Json

_REVISION = "deployment.kubernetes.io/revision"
_HASH = "pod-template-hash"
_MOST_EVENTS = 100


def owner(raw: Json) -> tuple[str, str]:
    """What made it, by kind and name: the owner that controls it; "" and "" for none."""
    owners = mappings(mapping(raw.get("metadata")).get("ownerReferences"))
    controlling = [one for one in owners if one.get("controller") is True] or owners
    found = controlling[0] if controlling else {}
    return text(found.get("kind")), text(found.get("name"))


def workload_of(raw: Json, bundle: Bundle) -> tuple[str, str]:
    """What a person would change to change the pod: of a ReplicaSet its Deployment, which its name tells where the
    ReplicaSets could not be read."""
    kind, name = owner(raw)
    if kind != "ReplicaSet":
        return kind, name
    template = strings(mapping(raw.get("metadata")).get("labels")).get(_HASH, "")
    try:
        made = bundle.item(kind, name)
    except Refused:
        made = None
    if made is not None:
        above = owner(made)
        return above if above[1] else (kind, name)
    if template and name.endswith(f"-{template}"):
        return "Deployment", name.removesuffix(f"-{template}")
    return kind, name


def deployment(raw: Json, pod: Json | None, bundle: Bundle) -> PodWorkload:
    """A Deployment, and of which revision of it the pod is. Raises Refused where ReplicaSets cannot be read."""
    spec, status = mapping(raw.get("spec")), mapping(raw.get("status"))
    template = mapping(mapping(spec.get("template")).get("spec"))
    made = None if pod is None else bundle.item("ReplicaSet", owner(pod)[1])
    return PodWorkload(
        type="Deployment",
        name=named(raw),
        desired=number(spec.get("replicas", 1)),
        ready=number(status.get("readyReplicas")),
        updated=number(status.get("updatedReplicas")),
        paused=spec.get("paused") is True,
        revision=_annotation(raw),
        pod_revision="" if made is None else _annotation(made),
        conditions=conditions(status),
        images={text(one.get("name")): text(one.get("image")) for one in mappings(template.get("containers"))},
    )


def _annotation(raw: Json) -> str:
    return strings(mapping(raw.get("metadata")).get("annotations")).get(_REVISION, "")


def pods_of(name: str, kind: str, readings: Sequence[PodReading], bundle: Bundle) -> list[PodReading]:
    """The pods of a workload."""
    return [reading for reading in readings if workload_of(reading.raw, bundle) == (kind, name)]


def events(items: Sequence[Json], about: Sequence[tuple[str, str]]) -> tuple[PodEvent, ...]:
    """The events about these, by kind and name, the newest last."""
    found = [_event(raw) for raw in items]
    mine = [event for event in found if (event.kind, event.name) in about]
    return tuple(sorted(mine, key=lambda event: event.last_at)[-_MOST_EVENTS:])


def _event(raw: Json) -> PodEvent:
    about, series = mapping(raw.get("involvedObject")), mapping(raw.get("series"))
    times = (series.get("lastObservedTime"), raw.get("lastTimestamp"), raw.get("eventTime"))
    created = mapping(raw.get("metadata")).get("creationTimestamp")
    return PodEvent(
        kind=text(about.get("kind")),
        name=text(about.get("name")),
        reason=text(raw.get("reason")),
        message=text(raw.get("message")),
        warning=text(raw.get("type")) == "Warning",
        count=number(series.get("count")) or number(raw.get("count")) or 1,
        last_at=next((text(time) for time in (*times, created) if text(time)), ""),
    )
