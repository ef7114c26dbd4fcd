"""The objects of a situation, as the dicts that kubectl applies: the services, and a Deployment of the runner."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.lab import image
from tests.lab.install import temporal_binary
from tests.lab.scenarios import daemon_environment
from tests.lab.services import MODEL, PORTS, ROOT

Manifest = dict[str, Any]
RUNNER = "agent-runner"
CONTAINER = "agent-runner"
_LIBRARY = "/lab"
_PORTS = PORTS | {"redis": 6379}
# This machine's programs and their libraries, in a pod.
_SYSTEM = "/system"
_PYTHON = "/app/.venv/bin/python"


def environment(**changes: str | None) -> dict[str, str]:
    """What a healthy runner is told: each service by the name of its Service; None removes."""
    services = {
        "STIGMER_BACKEND_ENDPOINT": "backend:7234",
        "TEMPORAL_SERVICE_ADDRESS": "temporal:7233",
        "STIGMER_LLM_BASE_URL": "http://llm:11434",
    }
    return daemon_environment(**(services | changes))


def runner(
    env: Mapping[str, str] | None = None,
    *,
    replicas: int = 1,
    sources: list[Manifest] | None = None,
    container: Mapping[str, Any] | None = None,
    pod: Mapping[str, Any] | None = None,
) -> Manifest:
    """The runner's Deployment. `sources` are further entries of its environment, `container` and `pod` more of what
    their specifications say."""
    entries = [_entry(name, value) for name, value in (environment() if env is None else env).items()]
    own: Manifest = {
        "name": CONTAINER,
        "image": image.PYTHON,
        "env": [*entries, *(sources or [])],
        "volumeMounts": [_mounted("workspace", "/workspace")],
    }
    return deployment(
        RUNNER,
        own | dict(container or {}),
        replicas=replicas,
        pod={"volumes": [{"name": "workspace", "emptyDir": {}}], **(pod or {})},
    )


def services(*names: str) -> list[Manifest]:
    """What the runner calls, each a Deployment with a Service of its name; all of them when none is named."""
    return [manifest for name in names or PORTS for manifest in (_server(name), service(name, _PORTS[name]))]


def service(name: str, port: int, **spec: Any) -> Manifest:
    own = {"selector": {"app": name}, "ports": [{"name": name, "port": port, "targetPort": port}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": own | spec}


def deployment(
    name: str, container: Mapping[str, Any], *, replicas: int = 1, pod: Mapping[str, Any] | None = None
) -> Manifest:
    """Nobody waits for a pod of it to end in peace."""
    labels = {"app": name}
    spec = {"terminationGracePeriodSeconds": 0, "automountServiceAccountToken": False, "containers": [container]}
    template = {"metadata": {"labels": labels}, "spec": spec | dict(pod or {})}
    return {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "labels": labels},
        "spec": {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template},
    }  # fmt: skip


def _server(name: str) -> Manifest:
    """One of the lab's services in a pod: the image is a runner's, the program comes from this machine."""
    port = _PORTS[name]
    serve = [
        _PYTHON,
        "-m",
        "tests.lab.servers",
        name,
        "--bind",
        "[::]" if name == "backend" else "0.0.0.0",
        "--port",
        str(port),
    ]
    argv = {
        "temporal": [
            "/temporal",
            "server",
            "start-dev",
            "--ip",
            "0.0.0.0",
            "--port",
            str(port),
            "--headless",
            "--log-level",
            "error",
        ],
        "llm": [*serve, "--models", MODEL],
        "redis": [
            *_loader(),
            f"{_SYSTEM}/bin/redis-server",
            "--bind",
            "0.0.0.0",
            "--protected-mode",
            "no",
            "--save",
            "",
        ],
    }.get(name, serve)
    probe = {"tcpSocket": {"port": port}, "periodSeconds": 1}
    container = {
        "name": name, "image": image.PYTHON, "command": argv, "workingDir": _LIBRARY, "readinessProbe": probe,
        "ports": [{"containerPort": port}],
        "volumeMounts": [
            _mounted("library", f"{_LIBRARY}/tests", readOnly=True), _mounted("temporal", "/temporal", readOnly=True),
            _mounted("system", _SYSTEM, readOnly=True),
        ],
    }  # fmt: skip
    volumes = [
        _host("library", os.fspath(ROOT / "tests"), "Directory"),
        _host("temporal", os.fspath(temporal_binary()), "File"),
        _host("system", "/usr", "Directory"),
    ]
    return deployment(name, container, pod={"volumes": volumes})


def _loader() -> list[str]:
    """What runs a program of this machine with this machine's libraries."""
    loader = next(Path("/lib64").glob("ld-linux*")).resolve()
    inside = f"{_SYSTEM}/{loader.relative_to('/usr')}"
    return [inside, "--library-path", str(Path(inside).parent)]


def _entry(name: str, value: str) -> Manifest:
    return {"name": name, "value": value}


def _mounted(name: str, path: str, **more: Any) -> Manifest:
    return {"name": name, "mountPath": path} | more


def _host(name: str, path: str, kind: str) -> Manifest:
    return {"name": name, "hostPath": {"path": path, "type": kind}}
