"""One cluster of one node, and the user's machine beside it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.lab.kubernetes import programs
from tests.lab.kubernetes.images import import_images
from tests.lab.kubernetes.install import kube_binary
from tests.lab.kubernetes.programs import NODE, Site
from tests.lab.life import ReapedLab
from tests.lab.namespace import Namespace
from tests.lab.services import ROOT

WITHIN_S = 200
_LINK = "lab0"
_CGROUPS = Path("/sys/fs/cgroup")


class Cluster(ReapedLab):
    """The node, its API server, and a user with kubectl."""

    def __init__(self) -> None:
        super().__init__()
        self.home.mkdir()
        self._programs()
        self.site = Site(self.folder, self.addresses)
        self._user = self._namespace("user")
        self._node = self._namespace("node")
        self._link()
        self._cgroup()
        programs.write_files(self.site)
        self._start_node()
        import_images(self.folder / "containerd.sock", within=WITHIN_S)
        self._await_node()

    @property
    def environment(self) -> dict[str, str]:
        """The user's environment: nothing of the test's own leaks in."""
        path = f"{self.folder}/bin:{Path(sys.executable).parent}:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        return {
            "PATH": path,
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "KUBECONFIG": str(self.site.path("admin.kubeconfig")),
        }

    def as_user(
        self, argv: Sequence[str], *, env: Mapping[str, str] | None = None, given: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self._user.enter(argv), env=self.environment | dict(env or {}), cwd=ROOT, input=given,
            capture_output=True, text=True, timeout=WITHIN_S,
        )  # fmt: skip

    def kubectl(self, *arguments: str, given: str | None = None) -> str:
        """Run kubectl, which must succeed; its output."""
        done = self.as_user(["kubectl", *arguments], given=given)
        if done.returncode:
            raise RuntimeError(f"kubectl {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout

    def on_node(self, *argv: str) -> str:
        """Run a command in the node's network namespace that must succeed; its output."""
        return self._node.run(*argv)

    def enter(self, argv: Sequence[str]) -> str:
        """The shell command that runs `argv` on the user's machine."""
        return " ".join(self._user.enter(argv))

    def _programs(self) -> None:
        """The user's kubectl, of the cluster's own version."""
        folder = self.folder / "bin"
        folder.mkdir()
        (folder / "kubectl").symlink_to(kube_binary())

    def _namespace(self, name: str) -> Namespace:
        full = f"{self.folder.name}-{name}"
        self._record.add("namespace", full)
        made = Namespace(full)
        made.create()
        return made

    def _link(self) -> None:
        self._user.ip("link", "add", _LINK, "type", "veth", "peer", "name", _LINK, "netns", self._node.name)
        for side, address in ((self._user, self.addresses.user), (self._node, self.addresses.vm)):
            side.ip("address", "add", f"{address}/30", "dev", _LINK)
            side.ip("link", "set", _LINK, "up")
        # Where a Service's address goes before it is translated.
        self._node.ip("route", "add", "default", "via", self.addresses.user, "dev", _LINK)

    def _cgroup(self) -> None:
        self._record.add("cgroup", self.site.cgroup)
        for hierarchy in _CGROUPS.iterdir():
            group = hierarchy / self.site.cgroup
            group.mkdir()
            for name in ("cpuset.cpus", "cpuset.mems"):
                if (group / name).exists():
                    (group / name).write_text((hierarchy / name).read_text())

    def _start_node(self) -> None:
        argv = [
            "unshare", "--pid", "--fork", "--kill-child", "--mount", "--mount-proc", "--",
            sys.executable, "-m", "tests.lab.kubernetes.node", str(self.folder), str(self.addresses.block),
        ]  # fmt: skip
        with (self.folder / "node.log").open("wb") as log:
            self._process = subprocess.Popen(
                self._node.enter(argv),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._record.add_process(self._process.pid)

    def _await_node(self) -> None:
        deadline = time.monotonic() + WITHIN_S
        while '"Ready","status":"True"' not in self._conditions():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the node is not ready:\n{self._logs()}")
            time.sleep(0.2)

    def _conditions(self) -> str:
        done = self.as_user(["kubectl", "get", "node", NODE, "--output", "json"])
        found = json.loads(done.stdout)["status"].get("conditions", []) if not done.returncode else []
        return " ".join(f'"{row["type"]}","status":"{row["status"]}"' for row in found)

    def _logs(self) -> str:
        paths = [self.folder / "node.log", *sorted((self.folder / "logs").glob("*.log"))]
        return "\n".join(f"{path.name}: {path.read_text(errors='replace')[-1500:]}" for path in paths)
