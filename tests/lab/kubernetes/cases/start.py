"""SD121 pod-not-started and SD122 configuration-reference-missing: there is a pod, or none, and nothing runs in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.lab.kubernetes import manifests
from tests.lab.kubernetes.cases.case import Case
from tests.lab.kubernetes.cases.environment import serve
from tests.lab.kubernetes.manifests import Manifest
from tests.lab.kubernetes.programs import NODE
from tests.lab.kubernetes.situation import Situation

_ABSENT = "stigmer-agent-runner:absent"
_NO_SUCH_NODE = {"nodeSelector": {"lab": "never"}}
_NOT_YET = {"nodeSelector": {"lab": "later"}}


def _waiting(container: Mapping[str, Any], *reasons: str) -> Callable[[Situation], None]:
    def bring_up(situation: Situation) -> None:
        serve(situation)
        situation.apply(manifests.runner(container=container))
        situation.wait_waiting(*reasons)

    return bring_up


def _unscheduled(pod: Mapping[str, Any], container: Mapping[str, Any]) -> Callable[[Situation], None]:
    def bring_up(situation: Situation) -> None:
        serve(situation)
        situation.apply(manifests.runner(pod=pod, container=container))
        situation.wait_event("FailedScheduling")

    return bring_up


def _scheduled_later(situation: Situation) -> None:
    """The node gets the label after a while: the event that told of the wait is still there."""
    _unscheduled(_NOT_YET, {})(situation)
    situation.cluster.kubectl("label", "node", NODE, "lab=later")
    try:
        situation.wait_polled()
    finally:
        situation.cluster.kubectl("label", "node", NODE, "lab-")


def _quota(situation: Situation) -> None:
    """No pod may be added to those of the services: the ReplicaSet is refused, and there is no pod to look at."""
    serve(situation)
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "pods"}, "spec": {"hard": {"pods": "3"}}}
    situation.apply(quota)
    situation.wait(lambda: "used" in situation.kubectl("get", "quota", "--output", "json"), "counted")
    situation.apply(manifests.runner())
    situation.wait_event("FailedCreate")


def _referring(*sources: Manifest) -> Callable[[Situation], None]:
    def bring_up(situation: Situation) -> None:
        serve(situation)
        situation.apply(_configuration("present", LOG_FORMAT="plain"))
        situation.apply(manifests.runner(sources=list(sources)))
        situation.wait_waiting("CreateContainerConfigError")

    return bring_up


def _volume(situation: Situation) -> None:
    """The kubelet waits for what it cannot mount, and makes no container."""
    serve(situation)
    pod = {"volumes": [{"name": "certificates", "secret": {"secretName": "absent"}}]}
    mounted = {"volumeMounts": [{"name": "certificates", "mountPath": "/certificates"}]}
    situation.apply(manifests.runner(pod=pod, container=mounted))
    situation.wait_event("FailedMount")


def _optional(situation: Situation) -> None:
    serve(situation)
    situation.apply(manifests.runner(sources=[_from("secretKeyRef", "absent", "key", optional=True)]))
    situation.wait_polled()


def _configuration(name: str, **data: str) -> Manifest:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def _from(kind: str, name: str, key: str, **more: Any) -> Manifest:
    return {"name": "LOG_FORMAT", "valueFrom": {kind: {"name": name, "key": key, **more}}}


CASES = (
    Case(
        "image-absent", "no registry has the image",
        _waiting({"image": _ABSENT}, "ErrImagePull", "ImagePullBackOff"), ("SD121",),
    ),
    Case(
        "image-never", "the image is not on the node and may not be pulled",
        _waiting({"image": _ABSENT, "imagePullPolicy": "Never"}, "ErrImageNeverPull"), ("SD121",),
    ),
    Case("image-name", "what is called an image is not a name", _waiting({"image": "Runner:A:B"}, "InvalidImageName"),
         ("SD121",)),
    Case("unschedulable", "no node has so many cores",
         _unscheduled({}, {"resources": {"requests": {"cpu": "64"}}}), ("SD121",)),
    Case("no-such-node", "no node has the label that is asked for", _unscheduled(_NO_SUCH_NODE, {}), ("SD121",)),
    Case("scheduled-later", "a pod that waited for a node, and runs", _scheduled_later),
    Case("quota", "the namespace's quota lets no pod be made", _quota, ("SD121",)),
    Case("secret-absent", "a variable from a Secret that is not there",
         _referring(_from("secretKeyRef", "absent", "key")), ("SD122",)),
    Case("config-map-absent", "a variable from a ConfigMap that is not there",
         _referring(_from("configMapKeyRef", "absent", "key")), ("SD122",)),
    Case("key-absent", "a variable from a ConfigMap that has no such key",
         _referring(_from("configMapKeyRef", "present", "absent")), ("SD122",)),
    Case("volume-absent", "a volume from a Secret that is not there",
         _volume, ("SD122",)),
    Case("reference-optional", "an optional reference to a Secret that is not there", _optional),
)  # fmt: skip
