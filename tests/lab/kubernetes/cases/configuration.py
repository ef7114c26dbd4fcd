"""SD123 replicas-differ and SD124 configuration-newer-than-pod: what was written and what runs are not the same."""

from __future__ import annotations

import time

from tests.lab import image
from tests.lab.kubernetes import manifests
from tests.lab.kubernetes.cases.case import Case
from tests.lab.kubernetes.cases.environment import serve
from tests.lab.kubernetes.manifests import RUNNER, Manifest, environment
from tests.lab.kubernetes.situation import Situation

_MAP = "runner-settings"
# A pod counts as available only after an hour, so that a roll-out stays where its first new pod is.
_STUCK = {
    "minReadySeconds": 3600,
    "progressDeadlineSeconds": 7200,
    "strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}},
}


def _rollout(situation: Situation, after: Manifest) -> None:
    """Three replicas, and a roll-out of something else that does not get further than the first."""
    serve(situation)
    situation.apply(_stuck(manifests.runner(replicas=3)))
    situation.wait_polled(3)
    old = {pod["metadata"]["name"] for pod in situation.pods()}
    situation.apply(_stuck(after))
    situation.wait(lambda: {pod["metadata"]["name"] for pod in situation.pods()} - old, "a new pod")
    situation.wait_polled(4)  # Temporal remembers the one that went


def _stuck(deployment: Manifest) -> Manifest:
    return deployment | {"spec": deployment["spec"] | _STUCK}


def _environment_differs(situation: Situation) -> None:
    _rollout(situation, manifests.runner(environment(LOG_LEVEL="DEBUG"), replicas=3))


def _image_differs(situation: Situation) -> None:
    _rollout(situation, manifests.runner(replicas=3, container={"image": image.RENAMED}))


def _map_differs(situation: Situation) -> None:
    """The specification is the same for all; the ConfigMap was changed before the youngest started."""
    _from_map(situation, replicas=3)
    situation.apply(_settings(LOG_LEVEL="DEBUG", LOG_COLOUR="on"))
    situation.kubectl("delete", "pod", "--grace-period=0", "--force", situation.pods()[0]["metadata"]["name"])
    situation.wait(lambda: len(situation.pods()) == 3, "three pods")
    situation.wait_polled(4)


def _own_names(situation: Situation) -> None:
    """Replicas that are told their own names are alike."""
    field = {"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}
    address = {"name": "POD_IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}
    serve(situation)
    situation.apply(manifests.runner(sources=[field, address], replicas=3))
    situation.wait_polled(3)


def _changed(situation: Situation) -> None:
    _from_map(situation)
    time.sleep(1.1)  # the cluster's times are whole seconds
    situation.apply(_settings(LOG_LEVEL="DEBUG", LOG_COLOUR="on"))


def _changed_and_restarted(situation: Situation) -> None:
    _changed(situation)
    situation.kubectl("rollout", "restart", f"deployment/{RUNNER}")
    situation.wait_servers(RUNNER)
    situation.wait_polled(2)
    situation.wait(lambda: len(situation.pods()) == 1, "one pod")


def _other_key_changed(situation: Situation) -> None:
    """What the pod takes from the ConfigMap is as it was."""
    single = {"name": "LOG_LEVEL", "valueFrom": {"configMapKeyRef": {"name": _MAP, "key": "LOG_LEVEL"}}}
    serve(situation)
    situation.apply(_settings(LOG_LEVEL="INFO", LOG_COLOUR="off"))
    situation.apply(manifests.runner(environment(LOG_LEVEL=None), sources=[single]))
    situation.wait_polled()
    time.sleep(1.1)
    situation.apply(_settings(LOG_LEVEL="INFO", LOG_COLOUR="on"))


def _from_map(situation: Situation, replicas: int = 1) -> None:
    serve(situation)
    situation.apply(_settings(LOG_LEVEL="INFO", LOG_COLOUR="off"))
    whole = {"envFrom": [{"configMapRef": {"name": _MAP}}]}
    situation.apply(manifests.runner(environment(LOG_LEVEL=None), container=whole, replicas=replicas))
    situation.wait_polled(replicas)


def _settings(**data: str) -> Manifest:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": _MAP}, "data": data}


CASES = (
    Case(
        "replica-environment",
        "one of three replicas has another log level",
        _environment_differs,
        ("SD123",),
        ("SD124",),
    ),
    Case("replica-image", "one of three replicas has another image", _image_differs, ("SD123",), ("SD124", "SD301")),
    Case(
        "replica-map",
        "one of three replicas started after a ConfigMap was changed",
        _map_differs,
        ("SD123",),
        ("SD124",),
    ),
    Case("replicas-own-names", "three replicas with their own names in the environment", _own_names),
    Case("map-changed", "a ConfigMap was changed after the pod had started", _changed, ("SD124",)),
    Case("map-changed-restarted", "a ConfigMap was changed, and the pod is younger", _changed_and_restarted),
    Case("map-other-key", "another key of the ConfigMap was changed", _other_key_changed),
)
