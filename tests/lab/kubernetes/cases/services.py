"""SD221, SD222 and SD224: between the runner and what it calls there is a Service that leads nowhere."""

from __future__ import annotations

import json
from typing import Any

from tests.lab.kubernetes import manifests
from tests.lab.kubernetes.cases.case import Case
from tests.lab.kubernetes.cases.environment import healthy, serve
from tests.lab.kubernetes.manifests import environment, service
from tests.lab.kubernetes.situation import Situation

_BACKEND = 7234


def _backend_at(endpoint: str, **spec: Any) -> Any:
    """The backend's Service is as `spec` says, and the runner dials the endpoint."""

    def bring_up(situation: Situation) -> None:
        serve(situation)
        situation.apply(service("backend", _BACKEND, **spec))
        situation.apply(manifests.runner(environment(STIGMER_BACKEND_ENDPOINT=endpoint)))
        situation.wait_polled()

    return bring_up


def _scaled_down(situation: Situation) -> None:
    healthy(situation)
    situation.kubectl("scale", "deployment/backend", "--replicas=0")
    situation.wait(lambda: not situation.pods("backend"), "gone")


def _not_ready(situation: Situation) -> None:
    """The backend runs, and its readiness probe asks another port."""
    healthy(situation)
    probe = {"name": "backend", "readinessProbe": {"tcpSocket": {"port": 1}}}
    spec = {"strategy": {"type": "Recreate", "rollingUpdate": None}, "template": {"spec": {"containers": [probe]}}}
    situation.kubectl("patch", "deployment/backend", "--patch", json.dumps({"spec": spec}))
    situation.wait(lambda: [pod["status"]["phase"] for pod in situation.pods("backend")] == ["Running"], "running")


def _no_temporal(situation: Situation) -> None:
    """The runner cannot start without Temporal, whose Service selects nothing."""
    serve(situation)
    situation.apply(service("temporal", 7233, selector={"app": "temporal-server"}))
    situation.apply(manifests.runner())
    situation.wait_restarted()


def _another_without(situation: Situation) -> None:
    """A Service that nobody of the runner's calls has no endpoints."""
    situation.apply(service("dashboard", 80))
    healthy(situation)


def _elsewhere(situation: Situation) -> None:
    """The backend is in another namespace, and is dialled by its short name."""
    serve(situation, "temporal", "llm")
    situation.apply(*manifests.services("backend"), elsewhere="services")
    situation.apply(manifests.runner())
    situation.wait_polled()


def _elsewhere_by_full_name(situation: Situation) -> None:
    serve(situation, "temporal", "llm")
    situation.apply(*manifests.services("backend"), elsewhere="services")
    name = f"backend.{situation.namespace}-services.svc.cluster.local:{_BACKEND}"
    situation.apply(manifests.runner(environment(STIGMER_BACKEND_ENDPOINT=name)))
    situation.wait_polled()


_TO_NAME = [{"name": "grpc", "port": 80, "targetPort": "grpc"}]
_TO_WRONG = [{"name": "grpc", "port": _BACKEND, "targetPort": 9999}]
_AT_80 = [{"name": "grpc", "port": 80, "targetPort": _BACKEND}]

CASES = (
    Case("service-selects-nothing", "the backend's Service selects a label that no pod has",
         _backend_at("backend:7234", selector={"app": "stigmer-server"}), ("SD221",)),
    Case("service-scaled-down", "the backend was scaled to none", _scaled_down, ("SD221",)),
    Case("service-not-ready", "the backend's only pod is not ready", _not_ready, ("SD221",)),
    Case("temporal-selects-nothing", "Temporal's Service selects nothing, and the runner crashes", _no_temporal,
         ("SD221",)),
    Case("service-elsewhere-without", "a Service that is not called has no endpoints", _another_without),
    Case("service-target-port", "the backend's Service leads to a port on which nothing listens",
         _backend_at("backend:7234", ports=_TO_WRONG), ("SD222",)),
    Case("service-target-name", "the backend's Service leads to a name that no port of the pod has",
         _backend_at("backend:80", ports=_TO_NAME), ("SD222",), ("SD221",)),
    Case("service-other-port", "the backend is dialled at a port that its Service does not have",
         _backend_at("backend:7234", ports=_AT_80), ("SD222",)),
    Case("service-port-80", "the backend is dialled at port 80, which its Service translates",
         _backend_at("backend:80", ports=_AT_80)),
    Case("service-elsewhere", "the backend is in another namespace", _elsewhere, ("SD224",)),
    Case("service-elsewhere-right", "the same, by its full name", _elsewhere_by_full_name),
)  # fmt: skip
