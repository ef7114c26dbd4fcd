"""One lab: what a test does with it."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self, TypeVar

from docker.api.client import APIClient
from docker.errors import APIError, NotFound
from docker.types import LogConfig

from tests.lab import image as images
from tests.lab import network as networks
from tests.lab.life import ReapedLab
from tests.lab.namespace import Namespace
from tests.lab.services import ROOT, Services

T = TypeVar("T")
RUNNER_NAME = "stigmer-agent-runner"
READY = "Worker ready"
# Debian's compose tool asks for distutils, and its Python would load all of setuptools in its place: half of its time.
FAST_COMPOSE = {"SETUPTOOLS_USE_DISTUTILS": "stdlib"}
# A machine whose cores are busy takes its time.
WITHIN_S = 200


@dataclass
class Runner:
    """A container that the lab started."""

    id: str
    name: str
    engine: APIClient

    def logs(self) -> str:
        raw: bytes = self.engine.logs(self.id)
        return raw.decode()

    def wait_log(self, text: str, timeout: float = WITHIN_S) -> str:
        """The log once it holds the text. Raises TimeoutError with the log otherwise."""
        deadline = time.monotonic() + timeout
        while text not in (log := self.logs()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{text!r} is not in the log of {self.name}:\n{log[-2000:]}")
            time.sleep(0.1)
        return log

    def inspect(self) -> dict[str, Any]:
        found: dict[str, Any] = self.engine.inspect_container(self.id)
        return found

    def wait_status(self, *statuses: str, timeout: float = WITHIN_S) -> None:
        deadline = time.monotonic() + timeout
        while (status := self.inspect()["State"]["Status"]) not in statuses:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.name} is {status}, not {' or '.join(statuses)}")
            time.sleep(0.1)


class Lab(ReapedLab):
    """A user's machine with an engine."""

    def __init__(self, topology: str) -> None:
        super().__init__()
        self.topology = topology
        self._squatting: list[subprocess.Popen[bytes]] = []
        self.data = self.home / ".stigmer" / "data"
        self._workspace()
        self._machine = networks.build(topology, self.folder, self._record, self.addresses)
        self.docker_host = self._machine.docker_host
        self.services = Services(self.folder, self._machine.user, self._record)
        self._images: set[str] = set()
        self.standing: object = None
        """What was brought up to be looked at and still stands: see `standing.looked_at`."""
        self.engine = APIClient(base_url=self.docker_host, version="auto", timeout=WITHIN_S)

    @classmethod
    def start(cls, topology: str) -> Self:
        """Bring the topology up."""
        return cls(topology)

    def reset(self) -> None:
        """As after `start`: no container, no service, nothing dropped or claimed, loopback forwarded where the topology
        does."""
        self.standing = None
        for resource in self.engine.containers(all=True):
            with contextlib.suppress(NotFound):  # one that the doctor made, and is removing
                self.engine.remove_container(resource["Id"], force=True, v=True)
        for resource in self.engine.networks():
            if resource["Name"] not in ("bridge", "host", "none"):
                self.engine.remove_network(resource["Id"])
        self.services.stop()
        (self.folder / "backend-calls").unlink(missing_ok=True)
        self.undrop()
        self._machine.unclaim()
        while self._squatting:
            process = self._squatting.pop()
            process.kill()
            process.wait()
        if self.topology == "desktop":
            self.forward_loopback(True)
        shutil.rmtree(self.home)
        self._workspace()

    def forward_loopback(self, on: bool) -> None:
        self._machine.forward_loopback(on)

    def drop(self, *ports: int) -> None:
        for port in ports:
            self._machine.drop(port)

    def on_user_machine(self, action: Callable[[], T]) -> T:
        """Run a function in the user's network namespace."""
        return self._machine.user.call(action)

    def start_on_user_machine(self, argv: Sequence[str]) -> subprocess.Popen[bytes]:
        """Start a program there, whose end the caller sees to."""
        process = subprocess.Popen(self._machine.user.enter(argv), stdin=subprocess.DEVNULL, start_new_session=True)
        self._record.add_process(process.pid)
        return process

    def wait_port(self, address: str, port: int, timeout: float = WITHIN_S) -> None:
        """Until something accepts connections there. Raises TimeoutError."""
        deadline = time.monotonic() + timeout
        while not self._machine.user.accepts(address, port):
            if time.monotonic() > deadline:
                raise TimeoutError(f"nothing accepts connections at {address}:{port}")
            time.sleep(0.05)

    def wait_polled(self, runner: Runner) -> None:
        """Until the runner's worker is ready and has asked Temporal for tasks since its start: a check before that has
        not much to say."""
        runner.wait_log(READY)
        deadline = time.monotonic() + WITHIN_S
        while not self._polls(runner):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{runner.name} does not ask Temporal:\n{self.services.pollers()}")
            time.sleep(0.3)

    def _polls(self, runner: Runner) -> bool:
        found = runner.inspect()
        started = datetime.fromisoformat(found["State"]["StartedAt"])
        return any(
            identity.endswith(f"@{found['Config']['Hostname']}") and asked > started
            for identity, asked in self.services.pollers().items()
        )

    def engine_process(self) -> tuple[int, list[str]]:
        """The process id of dockerd, and the command line to start it again with."""
        pid = int((self.folder / "dockerd.pid").read_text())
        return pid, Path(f"/proc/{pid}/cmdline").read_text().split("\0")[:-1]

    def restart_engine(self, argv: Sequence[str]) -> None:
        """Start the engine again after its process was killed, and wait until it answers."""
        # What a killed engine leaves behind would be taken for a containerd that still runs.
        for left in ("dockerd.pid", "exec/containerd/containerd.pid", "exec/containerd/containerd.sock"):
            (self.folder / left).unlink(missing_ok=True)
        with (self.folder / "dockerd.log").open("ab") as log:
            process = subprocess.Popen(
                self._machine.engine_side.enter(argv), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        self._record.add_process(process.pid)
        deadline = time.monotonic() + WITHIN_S
        while subprocess.run(["docker", "--host", self.docker_host, "version"], capture_output=True).returncode:
            if time.monotonic() > deadline:
                raise TimeoutError("dockerd did not come back")
            time.sleep(0.1)

    def squat(self, *ports: int) -> str:
        """Let another machine, the engine's, accept connections on these ports; its address."""
        program = (
            "import socket, sys\n"
            "listeners = [socket.create_server(('0.0.0.0', int(port)), backlog=64) for port in sys.argv[1:]]\n"
            "import time; time.sleep(600)"
        )
        self._squat(self._machine.engine_side, [sys.executable, "-c", program, *map(str, ports)], ports[-1])
        return self.addresses.vm

    def forward(self, *ports: int) -> str:
        """Let another machine, the engine's, hand these ports on to this one; its address."""
        for port in ports:
            self.relay(port, f"{self.addresses.user}:{port}", on_engine_side=True)
        return self.addresses.vm

    def slow_down(self, seconds: float, port: int, at: int) -> None:
        """Let what answers on the port of this machine answer at another one as well, so much later."""
        self.relay(at, f"127.0.0.1:{port}", delay=seconds)

    def _squat(self, side: Namespace, argv: Sequence[str], port: int) -> None:
        process = subprocess.Popen(side.enter(argv), cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True)
        self._record.add_process(process.pid)
        self._squatting.append(process)
        deadline = time.monotonic() + WITHIN_S
        while not side.accepts("127.0.0.1", port):
            if time.monotonic() > deadline:
                raise TimeoutError(f"nobody accepts connections on port {port}")
            time.sleep(0.05)

    def claim_containers(self) -> None:
        """A VPN that claims the addresses of the containers on the bridge, until the next reset."""
        self._machine.claim(f"{self.addresses.bridge.rpartition('.')[0]}.0/25")

    def drop_bridges(self) -> None:
        self._machine.drop_bridges()

    def filter(self, *rule: str) -> None:
        """Put a rule of iptables before the others of the user's machine, until the next reset."""
        self._machine.filter(*rule)

    def relay(self, port: int, to: str, *, on_engine_side: bool = False, delay: float = 0) -> None:
        """Forward connections to a port of the user's machine, or of the engine's, until the next reset; what comes
        back is held up for `delay` seconds."""
        side = self._machine.engine_side if on_engine_side else self._machine.user
        argv = [sys.executable, "-m", "tests.lab.servers", "relay", "--bind", "0.0.0.0", "--port", str(port)]
        self._squat(side, [*argv, "--to", to, "--delay", str(delay)], port)

    def reject(self, how: str, *ports: int) -> None:
        for port in ports:
            self._machine.reject(port, how)

    def lose(self, share: float, *ports: int) -> None:
        for port in ports:
            self._machine.lose(share, port)

    def drop_large(self, *ports: int) -> None:
        for port in ports:
            self._machine.drop_large(port)

    def undrop(self) -> None:
        self._machine.undrop()

    def run(
        self,
        *,
        network: str = "bridge",
        env: Mapping[str, str] | None = None,
        image: str = images.PYTHON,
        name: str = RUNNER_NAME,
        restart: str = "unless-stopped",
        binds: Sequence[str] | None = None,
        extra_hosts: Mapping[str, str] | None = None,
        start: bool = True,
        config: Mapping[str, Any] | None = None,
        host_config: Mapping[str, Any] | None = None,
    ) -> Runner:
        """Start a container as the daemon does. `config` and `host_config` are more keywords of the engine's API.
        The daemon's file with the container's id is written for the default name."""
        self.load(image)
        host = self.engine.create_host_config(
            network_mode=network,
            restart_policy={"Name": restart},
            binds=[f"{self.data}/workspace:/workspace"] if binds is None else list(binds),
            extra_hosts=dict(extra_hosts or {}),
            log_config=LogConfig(type="json-file", config={"max-size": "10m", "max-file": "3"}),
            **(host_config or {}),
        )
        made = self.engine.create_container(
            image=image, name=name, environment=dict(env or {}), host_config=host, **(config or {})
        )
        if start:
            self.engine.start(made["Id"])
        if name == RUNNER_NAME:
            (self.data / "agent-runner-container.id").write_text(f"{made['Id']}\n")
        return Runner(made["Id"], name, self.engine)

    def load(self, image: str) -> None:
        """Make a lab image known to the engine."""
        if image not in self._images:
            images.load(self.docker_host, image)
            self._images.add(image)

    def forget_image(self, image_id: str) -> None:
        """Delete an image, also from under a stopped container; it is loaded again when it is needed."""
        self.engine.remove_image(image_id, force=True)
        self._images.clear()

    def forget_images(self) -> None:
        """Delete all images. One that others were made of goes after them."""
        left = self.engine.images(quiet=True, all=True)
        while left:
            before = len(left)
            for item in left:
                with contextlib.suppress(APIError):
                    self.forget_image(item)
            left = self.engine.images(quiet=True, all=True)
            assert len(left) < before, f"{before} images cannot be deleted"

    def execute(self, execution_id: str = "aex-1769031622000206000", within: float = 60) -> str:
        """Run one execution through Temporal; how it ended, as the workflow says. Raises RuntimeError when it did not
        end within the seconds."""
        done = self.as_user([sys.executable, "-m", "tests.lab.execute", execution_id, str(within)], timeout=within + 60)
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        return done.stdout.strip()

    def as_user(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        given: str | None = None,
        timeout: float = WITHIN_S,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command on the user's machine."""
        return subprocess.run(
            self._machine.user.enter(argv),
            env=self.environment | dict(env or {}),
            cwd=ROOT, input=given, capture_output=True, text=True, timeout=timeout,
        )  # fmt: skip

    def doctor(
        self, *arguments: str, env: Mapping[str, str] | None = None, timeout: float = WITHIN_S
    ) -> subprocess.CompletedProcess[str]:
        """Run the doctor on the user's machine."""
        return self.as_user([sys.executable, "-m", "stigmer_doctor", *arguments], env=env, timeout=timeout)

    @property
    def environment(self) -> dict[str, str]:
        """The user's environment: nothing of the test's own leaks in."""
        path = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        own = {"PATH": path, "HOME": str(self.home), "LANG": "C.UTF-8", "DOCKER_HOST": self.docker_host}
        return own | FAST_COMPOSE

    def enter(self, argv: Sequence[str]) -> str:
        """The shell command that runs `argv` on the user's machine."""
        return " ".join(self._machine.user.enter(argv))

    def _workspace(self) -> None:
        workspace = self.data / "workspace"
        workspace.mkdir(parents=True)
        os.chown(workspace, images.UID, images.UID)
