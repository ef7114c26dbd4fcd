"""A namespace of the cluster in which a situation is brought up, and what a scenario does there."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any, Self

from tests.lab.kubernetes.cluster import WITHIN_S, Cluster
from tests.lab.kubernetes.manifests import RUNNER, Manifest

_QUEUE = "agent_execution_runner"


class Situation:
    """Everything is made in the namespace, and goes with it."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self.cluster, self.namespace = cluster, f"lab-{name}"
        self._spaces: list[str] = []

    def __enter__(self) -> Self:
        self._space(self.namespace)
        return self

    def __exit__(self, *_: object) -> None:
        """Nobody waits until they are gone: the next situation has a namespace of its own."""
        self.cluster.kubectl("delete", "namespace", "--wait=false", *self._spaces)

    def kubectl(self, *arguments: str, given: str | None = None) -> str:
        return self.cluster.kubectl("--namespace", self.namespace, *arguments, given=given)

    def apply(self, *objects: Manifest, elsewhere: str = "") -> None:
        """Into the namespace, or into a second one, of that name behind its own, which is made first."""
        namespace = f"{self.namespace}-{elsewhere}" if elsewhere else self.namespace
        if namespace not in self._spaces:
            self._space(namespace)
        text = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
        self.cluster.kubectl("--namespace", namespace, "apply", "--filename", "-", given=text)

    def pods(self, app: str = RUNNER) -> list[Any]:
        """The pods of the workload that are there to stay, the oldest first."""
        text = self.kubectl("get", "pods", "--selector", f"app={app}", "--output", "json")
        found = [pod for pod in json.loads(text)["items"] if "deletionTimestamp" not in pod["metadata"]]
        return sorted(found, key=lambda pod: str(pod["metadata"]["creationTimestamp"]))

    def wait(self, condition: Callable[[], object], what: str) -> None:
        """Until it holds. Raises TimeoutError with what is in the namespace."""
        deadline = time.monotonic() + WITHIN_S
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"not {what}:\n{self.kubectl('get', 'pods,events,services')}")
            time.sleep(0.3)

    def wait_servers(self, *names: str) -> None:
        for name in names:
            self.kubectl("rollout", "status", f"deployment/{name}", f"--timeout={WITHIN_S}s")

    def wait_polled(self, replicas: int = 1) -> None:
        """Until so many workers have asked Temporal for tasks: a check before that has not much to say."""
        self.wait(lambda: self._pollers() >= replicas, f"{replicas} workers")

    def wait_waiting(self, *reasons: str) -> None:
        """Until the kubelet says of a runner's container that it waits for one of these."""
        self.wait(lambda: self._states("waiting") & set(reasons), " or ".join(reasons))

    def wait_restarted(self, times: int = 1) -> None:
        def restarted() -> bool:
            rows = [row for pod in self.pods() for row in pod["status"].get("containerStatuses", ())]
            return any(row["restartCount"] >= times for row in rows)

        self.wait(restarted, f"restarted {times} times")

    def wait_event(self, reason: str) -> None:
        self.wait(lambda: self.kubectl("get", "events", "--field-selector", f"reason={reason}", "--no-headers"), reason)

    def wait_enforced(self, app: str) -> None:
        """Until the node drops what no policy lets through of the workload's pods."""
        addresses = [pod["status"]["podIP"] for pod in self.pods(app)]

        def enforced() -> bool:
            drops = [line for line in self.cluster.on_node("iptables", "--list-rules").splitlines() if "DROP" in line]
            return all(any(f"{address}/32" in line for line in drops) for address in addresses)

        self.wait(enforced, "enforced")

    def doctor(self, *arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run the doctor on the user's machine."""
        return self.cluster.as_user([sys.executable, "-m", "stigmer_doctor", *arguments], env=env)

    def check(self, *arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        return self.doctor("check", "--namespace", self.namespace, "--format", "json", *arguments, env=env)

    def _space(self, name: str) -> None:
        self.cluster.kubectl("create", "namespace", name)
        self._spaces.append(name)

    def _states(self, kind: str) -> set[str]:
        rows = [row for pod in self.pods() for row in pod["status"].get("containerStatuses", ())]
        return {row["state"][kind].get("reason", "") for row in rows if kind in row["state"]}

    def _pollers(self) -> int:
        ask = [
            "exec", "deployment/temporal", "--", "/temporal", "task-queue", "describe", "--task-queue", _QUEUE,
            "--task-queue-type", "activity", "--output", "json",
        ]  # fmt: skip
        found = json.loads(self.kubectl(*ask)).get("pollers") or ()
        return len({poller["identity"] for poller in found})
