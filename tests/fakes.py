"""In-memory ports: a machine with one healthy runner, whose parts a test replaces."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from stigmer_doctor import profile
from stigmer_doctor.adapters.docker import inspection, reading
from stigmer_doctor.collect.options import CollectOptions, Ports
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.blueprint import Blueprint, Description, ImageState
from stigmer_doctor.model.changes import Changes
from stigmer_doctor.model.engine_ports import Channel, Cluster, ContainerManager
from stigmer_doctor.model.errors import EngineError, NotFound, ProbeError
from stigmer_doctor.model.inspected import (
    ImageSummary,
    InspectedContainer,
    InspectedImage,
    InspectedNetwork,
    Throwaway,
    Usage,
)
from stigmer_doctor.model.ports import Banner, Beacon, ContainerProbe, Json
from stigmer_doctor.model.questions import BackendQuestion, TemporalQuestion
from stigmer_doctor.redaction.redactor import SecretRedactor
from tests.healthy import healthy

RUNNER_ID = "a" * 64
NONCE = "5afe"
NOW = "2026-01-22T03:27:23Z"


def inspected(**environment: str) -> dict[str, Any]:
    """`GET /containers/{id}/json` of the healthy runner, with more variables."""
    values = {
        "PATH": "/usr/local/bin:/usr/bin",
        "MODE": "local",
        "STIGMER_BACKEND_ENDPOINT": "host.docker.internal:7234",
        "TEMPORAL_SERVICE_ADDRESS": "host.docker.internal:7233",
        "STIGMER_LLM_BASE_URL": "http://host.docker.internal:11434",
        "SANDBOX_ROOT_DIR": "/workspace",
        **environment,
    }
    return {
        "Id": RUNNER_ID,
        "Name": "/stigmer-agent-runner",
        "Image": "sha256:" + "b" * 64,
        "Created": "2026-01-22T03:00:00Z",
        "RestartCount": 0,
        "State": {"Status": "running", "StartedAt": "2026-01-22T03:00:01Z"},
        "Config": {
            "Image": "stigmer-agent-runner:local",
            "Hostname": "a" * 12,
            "User": "stigmer",
            "WorkingDir": "/app",
            "Cmd": ["/app/.venv/bin/python", "main.py"],
            "Env": [f"{name}={value}" for name, value in values.items()],
            "Labels": {},
        },
        "HostConfig": {"NetworkMode": "default", "RestartPolicy": {"Name": "unless-stopped"}},
        "NetworkSettings": {"Networks": {"bridge": {"IPAddress": "198.18.4.2", "Gateway": "198.18.4.1"}}},
        "Mounts": [{"Type": "bind", "Source": "/data/workspace", "Destination": "/workspace", "RW": True}],
    }


@dataclass
class FakeChannel:
    """A channel that nobody reads: the fake probe needs none."""

    def send(self, data: bytes) -> None: ...

    def receive(self) -> bytes:
        return b""

    def close(self) -> None: ...

    def stderr(self) -> str:
        return ""


def _name(container: Mapping[str, Any]) -> str:
    """What a list calls it, also where inspecting it says no name."""
    return str(container["Name"] or "/stigmer-agent-runner")


@dataclass
class FakeEngine:
    """An engine with the given containers, as Docker would inspect them. `fail` maps a method's name to what it
    raises."""

    inspect: dict[str, dict[str, Any]] = field(default_factory=lambda: {RUNNER_ID: inspected()})
    log: bytes = b"2026-01-22 03:00:03,000 - root - INFO - Worker ready, polling for tasks...\n"
    files: dict[str, bytes] = field(default_factory=dict)
    fail: dict[str, Exception] = field(default_factory=dict)
    executed: list[str] = field(default_factory=list)
    used: Json = field(default_factory=dict)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def _asked(self, method: str) -> None:
        if method in self.fail:
            raise self.fail[method]

    def describe(self) -> f.Engine:
        self._asked("describe")
        engine = healthy().engine
        assert isinstance(engine, f.Engine)
        return engine

    def containers(self) -> tuple[f.ContainerSummary, ...]:
        self._asked("containers")
        listed = [
            {
                "Id": container["Id"],
                "Names": [_name(container)],
                "Image": (container["Config"] or {}).get("Image", ""),
                "State": (container["State"] or {}).get("Status", "running"),
                "Created": 1,
            }
            for container in self.inspect.values()
        ]
        return reading.summaries(listed)

    def container(self, name_or_id: str) -> InspectedContainer:
        self._asked("container")
        for container in self.inspect.values():
            if name_or_id in (_name(container)[1:], container["Id"]) or container["Id"].startswith(name_or_id):
                return inspection.container(container, name_or_id)
        raise NotFound(f"No such container: {name_or_id}")

    def stats(self, container_id: str) -> Usage:  # noqa: ARG002 - the port's signature
        self._asked("stats")
        return reading.usage(self.used)

    def image(self, image_id: str) -> InspectedImage:
        self._asked("image")
        return InspectedImage(id=image_id, environment={"PATH": "/usr/local/bin:/usr/bin"})

    def images(self) -> tuple[ImageSummary, ...]:
        return (ImageSummary(id="sha256:" + "c" * 64, tags=("stigmer-agent-runner:local",)),)

    def network(self, network_id: str) -> InspectedNetwork:  # noqa: ARG002 - the port's signature
        self._asked("network")
        return InspectedNetwork(driver="bridge", internal=False)

    def logs(self, container_id: str, *, lines: int, max_bytes: int) -> tuple[bytes, bool]:  # noqa: ARG002 - the port's signature
        self._asked("logs")
        return self.log[-max_bytes:], len(self.log) > max_bytes

    def execute(self, container_id: str, argv: list[str]) -> Channel:  # noqa: ARG002 - the port's signature
        self._asked("execute")
        self.executed.append("exec")
        return FakeChannel()

    def clone(self, settings: Throwaway, argv: list[str]) -> Channel:  # noqa: ARG002 - the port's signature
        self._asked("clone")
        joins = settings.network.mode.startswith("container:")
        self.executed.append(f"beside, {settings.image}" if joins else "clone")
        return FakeChannel()

    def cluster(self) -> Cluster | None:
        return None

    def manager(self) -> ContainerManager:
        raise NotImplementedError

    def read_files(self, container_id: str, folder: str, *, suffix: str, max_bytes: int) -> dict[str, bytes]:  # noqa: ARG002 - the port's signature
        self._asked("read_files")
        return self.files


class FakeManager:
    """A ContainerManager that can do nothing: a test's own gets what it needs."""

    def blueprint(self, name_or_id: str) -> Blueprint:
        raise NotImplementedError

    def recall(self, description: Description) -> Blueprint:
        raise NotImplementedError

    def image_state(self, old: Blueprint) -> ImageState:
        raise NotImplementedError

    def dependents(self, old: Blueprint) -> tuple[str, ...]:
        raise NotImplementedError

    def replacement(self, old: Blueprint, changes: Changes) -> Description:
        raise NotImplementedError

    def unexpected_changes(
        self, before: Blueprint, after: Blueprint, changes: Changes, *, by_compose: bool
    ) -> tuple[str, ...]:
        raise NotImplementedError

    def throwaway(self, old: Blueprint, description: Description) -> Throwaway:
        raise NotImplementedError

    def create(self, name: str, description: Description) -> str:
        raise NotImplementedError

    def create_idle(self, name: str, old: Blueprint) -> str:
        raise NotImplementedError

    def connect(self, container_id: str, old: Blueprint, description: Description) -> None:
        raise NotImplementedError

    def start(self, container_id: str) -> None:
        raise NotImplementedError

    def stop(self, container_id: str, seconds: int) -> None:
        raise NotImplementedError

    def pause(self, container_id: str) -> None:
        raise NotImplementedError

    def rename(self, container_id: str, name: str) -> None:
        raise NotImplementedError

    def disable_restart(self, container_id: str) -> None:
        raise NotImplementedError

    def restore_restart(self, container_id: str, old: Blueprint) -> None:
        raise NotImplementedError

    def remove(self, container_id: str) -> None:
        raise NotImplementedError

    def written(self, container_id: str) -> list[tuple[bool, str]]:
        raise NotImplementedError

    def copy(self, source_id: str, target_id: str, path: str) -> None:
        raise NotImplementedError


@dataclass
class FakeSource:
    """Finds the engine at once, or raises."""

    engine: FakeEngine = field(default_factory=FakeEngine)
    fault: EngineError | None = None
    live: tuple[str, ...] = ()
    other: FakeEngine = field(default_factory=lambda: FakeEngine(inspect={}))
    local: bool = True

    def search(self) -> f.EngineSearch:
        return f.EngineSearch(endpoint="unix:///var/run/docker.sock", source="default", local=self.local)

    def open(self, *, together: float = 0) -> FakeEngine:  # noqa: ARG002 - the port's signature
        if self.fault:
            raise self.fault
        return self.engine

    def live_sockets(self) -> tuple[str, ...]:
        return self.live

    def open_socket(self, url: str) -> FakeEngine:  # noqa: ARG002 - the port's signature
        return self.other


@dataclass
class FakeProbe:
    """Answers as the healthy runner's container does; `reachable` maps host:port to an outcome."""

    vantage: f.Vantage = f.Vantage.CONTAINER
    contract_fails: bool = False
    dies: bool = False
    asked: list[tuple[str, int]] = field(default_factory=list)
    closed: bool = False
    failure: str = ""

    def contract(self, root: str) -> Json:  # noqa: ARG002 - the port's signature
        if self.contract_fails:
            raise ProbeError("the probe stopped answering")
        contract = healthy().contract
        assert isinstance(contract, f.Contract)
        reads = [
            {"name": read.name, "default": read.default, "when": read.when, "locator": read.locator}
            for read in contract.reads
        ]
        return {"reads": reads, "computed": []}

    def look(self, docker_socket: str) -> tuple[str, int, f.SocketProbe]:
        return "3.11.7", 1000, f.SocketProbe(path=docker_socket, exists=True)

    def reach(self, targets: Iterable[tuple[str, int]], timeout: float) -> f.Reach:  # noqa: ARG002 - the port's signature
        if self.dies:
            raise ProbeError("the probe stopped answering")
        self.asked.extend(targets)
        reach = healthy().container_reach
        assert isinstance(reach, f.Reach)
        return reach

    def gateway(self) -> str:
        return ""

    def read_banners(self, targets: Iterable[tuple[str, int]], timeout: float) -> tuple[Banner, ...]:  # noqa: ARG002 - the port's signature
        return tuple(Banner(address, port, f.Outcome.CONNECTED, 0.3, NONCE) for address, port in targets)

    @contextlib.contextmanager
    def tunnel(self, address: str, port: int) -> Iterator[int]:  # noqa: ARG002 - the port's signature
        yield 1

    def close(self) -> None:
        self.closed = True


@dataclass
class FakeClients:
    """Every service answers; `detail` is what the backend says."""

    detail: str = ""

    def backend(
        self,
        port: int,  # noqa: ARG002 - the port's signature
        authority: str,  # noqa: ARG002 - as above
        question: BackendQuestion,  # noqa: ARG002 - as above
        *,
        timeout: float,  # noqa: ARG002 - as above
        padding: int = 0,  # noqa: ARG002 - as above
    ) -> f.BackendAnswer:
        return f.BackendAnswer(answered=f.Answered.YES, status="UNIMPLEMENTED", detail=self.detail)

    def temporal(
        self,
        port: int,  # noqa: ARG002 - the port's signature
        authority: str,  # noqa: ARG002 - as above
        question: TemporalQuestion,
        *,
        timeout: float,  # noqa: ARG002 - as above
        padding: int = 0,  # noqa: ARG002 - as above
    ) -> f.TemporalAnswer:
        return f.TemporalAnswer(
            answered=f.Answered.YES,
            namespace=question.namespace,
            task_queue=question.task_queue,
            namespace_exists=True,
            pollers=(),
        )

    def redis(self, port: int, *, timeout: float, padding: int = 0) -> f.RedisAnswer:  # noqa: ARG002 - the port's signature
        return f.RedisAnswer(answered=f.Answered.YES, status="PONG")

    def llm(self, port: int, url: str, *, timeout: float, padding: int = 0) -> f.LlmAnswer:  # noqa: ARG002 - the port's signature
        return f.LlmAnswer(answered=f.Answered.YES, status=200, detail=url)


@dataclass
class FakeUserMachine:
    """A user's machine on which everything listens."""

    recorded_id: str | None = RUNNER_ID

    def listeners(self, ports: Iterable[int]) -> tuple[f.Listener, ...] | None:
        return tuple(f.Listener(address="127.0.0.1", port=port) for port in ports)

    def reach(self, targets: Iterable[tuple[str, int]], timeout: float) -> f.Reach:  # noqa: ARG002 - the port's signature
        reach = healthy().user_reach
        assert isinstance(reach, f.Reach)
        return reach

    @contextlib.contextmanager
    def beacons(self, addresses: Iterable[str]) -> Iterator[tuple[Beacon, ...]]:
        yield tuple(Beacon(address, 40000 + number, NONCE) for number, address in enumerate(addresses))

    def system(self) -> f.UserSystem:
        system = healthy().user_system
        assert isinstance(system, f.UserSystem)
        return system

    def data_dir(self, path: str, id_files: Sequence[str]) -> f.DataDir:
        return f.DataDir(path=path, id_file=id_files[0], recorded_id=self.recorded_id)


@dataclass
class FakeFiles:
    """Files by path."""

    files: dict[str, bytes] = field(default_factory=dict)

    def paths(self, suffixes: tuple[str, ...]) -> list[str]:
        return [file for file in self.files if file.endswith(suffixes)]

    def read(self, path: str) -> bytes | None:
        return self.files.get(path)

    def resolved(self, path: str) -> str:
        return path if any(f"{file}/".startswith(f"{path}/") for file in self.files) else ""


def ports(
    source: FakeSource | None = None,
    *,
    probe: FakeProbe | None = None,
    clients: FakeClients | None = None,
    user: FakeUserMachine | None = None,
    files: dict[str, bytes] | None = None,
) -> Ports:
    """All ports, healthy unless replaced."""
    loaded = profile.load()

    def start(
        channel: Channel,  # noqa: ARG001 - the port's signature
        vantage: f.Vantage,
        sent: Callable[[], object] = lambda: None,
    ) -> ContainerProbe:
        sent()
        started = probe or FakeProbe()
        started.vantage = vantage
        return started

    return Ports(
        engine=source or FakeSource(),
        user=user or FakeUserMachine(),
        clients=clients or FakeClients(),
        probe_command=lambda interpreter: [interpreter],
        start_probe=start,
        read_contract=lambda files: {"reads": [{"name": name} for name in files], "computed": []},
        redactor=SecretRedactor(loaded.shown_variables, loaded.vocabulary),
        source=FakeFiles(files or {}),
        gofmt=lambda _: None,
        profile=loaded,
        now=lambda: NOW,
    )


def collect_options(**more: Any) -> CollectOptions:
    """Asks for the default runner."""
    return CollectOptions(
        **{"container": "stigmer-agent-runner", "data_dir": "~/.stigmer/data", "tool_version": "0.0.0-test", **more}
    )
