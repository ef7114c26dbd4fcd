"""SD122: the pod refers to a ConfigMap, a Secret or a key that does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.facts import ConfigMaps, Container, NotMeasured, Pod, PodEvents
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.pod import Reference
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import linking
from stigmer_doctor.rules.commands import kubectl

_SAID = (
    compiled_later(r'(?P<kind>configmap|secret) "(?P<name>[^"]{1,253})" not found', re.IGNORECASE),
    compiled_later(r"find key (?P<key>\S{1,253}) in (?P<kind>ConfigMap|Secret) (?:\S*/)?(?P<name>[-a-z0-9.]{1,253})"),
    compiled_later(r"(?P<kind>configmap|secret) \S{0,253}references non-existent (?:config|secret) key", re.IGNORECASE),
)
_KINDS = {"configmap": "ConfigMap", "secret": "Secret"}


def check(
    pod: Pod, container: Container, *, config_maps: ConfigMaps | NotMeasured, pod_events: PodEvents | NotMeasured
) -> Judgement:
    told = _by_the_kubelet(pod, container, pod_events)
    if told:
        yield _finding(*told, pod, running=False)
    if isinstance(config_maps, NotMeasured):
        if not told:
            yield Skip(reason=config_maps.reason)
        return
    for reference, what in _missing(pod, config_maps):
        if not told or reference.name != told[1]:
            yield _finding("ConfigMap", reference.name, what, pod, running=container.state.status != "created")


def _by_the_kubelet(pod: Pod, container: Container, pod_events: PodEvents | NotMeasured) -> tuple[str, str, str] | None:
    """Kind, name and the sentence of what keeps the pod from its start."""
    if container.state.status != "created":
        return None
    events = () if isinstance(pod_events, NotMeasured) else pod_events.of("FailedMount", "Failed")
    said = [pod.waiting_message if pod.waiting == "CreateContainerConfigError" else ""]
    for sentence in (*said, *(event.message for event in reversed(events))):
        for pattern in _SAID:
            if found := pattern.search(sentence):
                name = found.groupdict().get("name") or "a reference"
                return _KINDS[found["kind"].lower()], name, " ".join(sentence.split())[-300:]
    return None


def _missing(pod: Pod, config_maps: ConfigMaps) -> Iterator[tuple[Reference, str]]:
    seen: set[tuple[str, str]] = set()
    for reference in pod.references:
        if reference.kind != "ConfigMap" or reference.optional or (reference.name, reference.key) in seen:
            continue
        seen.add((reference.name, reference.key))
        if reference.name not in config_maps.names:
            yield reference, f"there is no ConfigMap {reference.name}"
        elif reference.key and reference.key not in config_maps.keys.get(reference.name, ()):
            yield reference, f"the ConfigMap {reference.name} has no key {reference.key}"


def _finding(kind: str, name: str, said: str, pod: Pod, *, running: bool) -> Finding:
    users = [one.variable or "a volume" for one in pod.references if (one.kind, one.name) == (kind, name)]
    used = f" ({', '.join(dict.fromkeys(filter(None, users)))})" if any(users) else ""
    effect = "the next pod will not start" if running else "the pod cannot start"
    plural = "configmap" if kind == "ConfigMap" else "secret"
    return Finding(
        subject=name,
        message=f"the pod refers to the {kind} {name}{used}, and not all of it is there: {effect}",
        measured=said,
        expected=f"the {kind} with every key that the pod refers to, in the namespace {pod.namespace}",
        remediation=Remediation(
            text=f"Create it, or correct the name in the manifest of the pod. The command lists those that there are; "
            f"{'its values are not printed' if kind == 'Secret' else 'describe one to see its keys'}.",
            commands=(kubectl("get", plural),),
        ),
        evidence=(Evidence(source="engine", locator=f"{kind} {name}", value=said),),
        severity=Severity.WARNING if running else None,
    )


RULE = Rule(code="SD122", severity=Severity.ERROR, check=check, causes=("SD121", "SD506", *linking.START_UP))
