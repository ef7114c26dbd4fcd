"""Every reader of what comes from outside, each with a decent answer; and a check that is given a malformed one.

`python -m tests.hostile.shapes` gives every malformed answer to its reader, and those of an engine to a whole check.
"""

from __future__ import annotations

import io
import json
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from stigmer_doctor import app, profile, snapshot
from stigmer_doctor.adapters.clients.clients import ProtocolClients
from stigmer_doctor.adapters.docker import search
from stigmer_doctor.adapters.docker.engine import DockerEngine
from stigmer_doctor.adapters.files.state import StateFolder
from stigmer_doctor.adapters.probe import container_probe
from stigmer_doctor.collect import inside
from stigmer_doctor.collect.configuration import configuration
from stigmer_doctor.collect.contract import contract_of
from stigmer_doctor.collect.run import collect
from stigmer_doctor.model.changes import Changes
from stigmer_doctor.model.engine_ports import ContainerManager
from stigmer_doctor.model.errors import DoctorError
from stigmer_doctor.model.facts import Container, EngineSearch, Facts, Vantage
from stigmer_doctor.model.findings import CheckStatus
from stigmer_doctor.model.fixes import Journal, Plan
from stigmer_doctor.probe.contract import read_contract
from stigmer_doctor.render.renderer import Report
from tests.fakes import FakeEngine, FakeSource, collect_options, ports
from tests.healthy import healthy
from tests.hostile.answers import CALLS
from tests.hostile.memory import PROBE, MemoryEngine
from tests.hostile.mutations import broken, malformed
from tests.render.samples import printed
from tests.source.judged import facts_of


class Reader(NamedTuple):
    """`read` gets the body in place of `decent`, which is JSON or bytes. It may raise DoctorError and nothing else, and
    what it returns has to be what its type says."""

    name: str
    decent: Any
    read: Callable[[bytes], object]


def malformed_of(reader: Reader) -> Iterator[tuple[str, bytes]]:
    return broken(reader.decent) if isinstance(reader.decent, bytes) else malformed(reader.decent)


def failure(reader: Reader, body: bytes) -> str:
    """What is wrong with how the body was read, "" for nothing."""
    try:
        _sound(reader.read(body))
    except DoctorError:
        return ""
    except Exception as error:  # noqa: BLE001 - it is what is looked for
        return f"{type(error).__name__}: {error}"
    return ""


def _sound(found: object) -> None:
    """Raises where a value is not of the type that it is declared to be, or cannot be written down and read again."""
    for item in found if isinstance(found, tuple) else (found,):
        if isinstance(item, msgspec.Struct):
            msgspec.json.decode(msgspec.json.encode(item), type=type(item))


# ---- readers ---------------------------------------------------------------------------------------------------------


def readers() -> list[Reader]:
    """All of them."""
    return [*_engine(), *_manager(), *_probe(), *_others()]


def _engine() -> Iterator[Reader]:
    def asking(call: str, ask: Callable[[DockerEngine], object]) -> Reader:
        def read(body: bytes) -> object:
            with MemoryEngine({call: body}).opened() as engine:
                return ask(engine)

        return Reader(call, CALLS[call][2], read)

    yield asking("version", DockerEngine.describe)
    yield asking("info", DockerEngine.describe)
    yield asking("list", DockerEngine.containers)
    yield asking("inspect", lambda engine: engine.container("x"))
    yield asking("image", lambda engine: engine.image("x"))
    yield asking("images", DockerEngine.images)
    yield asking("network", lambda engine: engine.network("x"))
    yield asking("stats", lambda engine: engine.stats("x"))
    yield asking("logs", lambda engine: engine.logs("x", lines=10, max_bytes=1000))
    yield asking("archive", lambda engine: engine.read_files("x", "/app", suffix=".py", max_bytes=1000))._replace(
        decent=_archive()
    )
    yield asking("exec-create", lambda engine: engine.execute("x", ["python"]).close())
    yield asking("create", lambda engine: engine.clone(engine.container("x").throwaway, ["python"]).close())
    yield asking("list", DockerEngine.remove_leftovers)._replace(name="leftovers")


def _manager() -> Iterator[Reader]:
    """What is asked before something is changed."""

    def asking(call: str, ask: Callable[[ContainerManager], object], name: str = "") -> Reader:
        def read(body: bytes) -> object:
            with MemoryEngine({call: body}).opened() as engine:
                return ask(engine.manager())

        return Reader(f"{name or call} of a fix", CALLS[call][2], read)

    yield asking("diff", lambda manager: tuple(manager.written("x")))._replace(decent=[{"Kind": 1, "Path": "/a"}])
    yield asking("inspect", _planned)
    yield asking("image", _planned)
    yield asking("list", lambda manager: manager.dependents(manager.blueprint("x")), "dependents")
    yield asking("create", lambda manager: manager.create("x", {}))


def _planned(manager: ContainerManager) -> None:
    old = manager.blueprint("x")
    description = manager.replacement(old, Changes(network="host"))
    manager.throwaway(old, description)
    manager.unexpected_changes(old, manager.recall(old.description), Changes(), by_compose=False)


def _probe() -> Iterator[Reader]:
    asks: dict[str, Callable[[container_probe.Probe], object]] = {
        "contract": _configuration,
        "reach": lambda probe: probe.reach([("localhost", 1)], 1),
        "hear": lambda probe: tuple(probe.read_banners([("127.0.0.1", 1)], 1)),
        "look": lambda probe: inside.look(probe, ports()),
        "gateway": lambda probe: probe.gateway(),
    }
    for question, ask in asks.items():

        def read(body: bytes, ask: Any = ask, question: str = question) -> object:
            with MemoryEngine({question: body}).opened() as engine:
                probe = container_probe.Probe(engine.execute("x", ["python"]), Vantage.CONTAINER)
                try:
                    return ask(probe)
                finally:
                    probe.close()

        yield Reader(f"probe: {question}", PROBE[question], read)


def _configuration(probe: container_probe.Probe) -> object:
    """What is in force by the contract that the probe gives."""
    asked = ports()
    contract = inside.contract("x", probe, FakeEngine(), False, asked)
    container = healthy().container
    assert isinstance(container, Container)
    return contract, configuration(container, contract, asked.profile)


def _others() -> Iterator[Reader]:
    answer = {"answered": "answered", "status": "PONG", "detail": "", "latency_ms": 0.1}
    yield Reader("client", [1, answer, ""], lambda body: _ToldClients(body).redis(1, timeout=1))
    yield Reader("config.json", {"currentContext": "default", "auths": {"x": {"auth": "y"}}}, _config)
    yield Reader(
        "context", {"Name": "c", "Endpoints": {"docker": {"Host": "tcp://h:1", "SkipTLSVerify": True}}}, _context
    )
    yield Reader("journal", json.loads(msgspec.json.encode(_JOURNAL)), _journals)
    yield Reader("snapshot", _SNAPSHOT, lambda body: snapshot.load(body, "snapshot"))
    yield Reader("compose", _COMPOSE, lambda body: facts_of({"docker-compose.yml": body}))
    yield Reader("manifest", _MANIFEST, lambda body: facts_of({"k8s/runner.yaml": body}))
    yield Reader("Go", _GO, lambda body: facts_of({"daemon.go": body}))
    yield Reader("Python", b"import os\nA = os.environ.get('MODE', 'local')\n", _python)


_JOURNAL = Journal(
    id="1", at="2026-01-01T00:00:00Z", engine="unix:///engine", name="x", plan=Plan(container="x", container_id="1")
)
_SNAPSHOT = snapshot.dump(healthy())
_COMPOSE = {
    "services": {
        "agent-runner": {
            "image": "stigmer/agent-runner",
            "network_mode": "host",
            "environment": {"TEMPORAL_SERVICE_ADDRESS": "localhost:7233", "B": "${C:-d}"},
            "extra_hosts": ["host.docker.internal:host-gateway"],
            "env_file": [".env"],
        }
    }
}
_RUNS = {"name": "agent-runner", "image": "stigmer/agent-runner", "env": [{"name": "MODE", "value": "local"}]}
_MANIFEST = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "agent-runner"},
    "spec": {"template": {"spec": {"containers": [_RUNS]}}},
}
_GO = b"""package daemon

func start() {
\tcmd := exec.Command("docker", "run", "--name", "stigmer-agent-runner", "--network", "host", "-e", "MODE=local", image)
}
"""


class _ToldClients(ProtocolClients):
    """Their process says this line."""

    def __init__(self, line: bytes) -> None:
        super().__init__()
        self._line = line

    def _reply(self, *_: object) -> Any:
        self._waiting[1] = waiting = Future[Any]()
        self._deliver(self._line)
        return waiting.result(0)


def _config(body: bytes) -> object:
    with tempfile.TemporaryDirectory() as home:
        (Path(home) / "config.json").write_bytes(body)
        return search.find(host=None, context=None, environ={"DOCKER_CONFIG": home}, home=Path(home)).display


def _context(body: bytes) -> object:
    with tempfile.TemporaryDirectory() as home:
        # sha256 of "c"
        folder = Path(home) / "contexts" / "meta" / "2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6"
        folder.mkdir(parents=True)
        (folder / "meta.json").write_bytes(body)
        return search.find(host=None, context="c", environ={"DOCKER_CONFIG": home}, home=Path(home)).display


def _journals(body: bytes) -> object:
    with tempfile.TemporaryDirectory() as folder:
        state = StateFolder({"XDG_STATE_HOME": folder})
        state.folder.mkdir()
        (state.folder / "1.json").write_bytes(body)
        return tuple(state.journals())


def _python(body: bytes) -> object:
    return contract_of(read_contract({"main.py": body}))


def _archive() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        file = tarfile.TarInfo("app/main.py")
        file.size = 3
        archive.addfile(file, io.BytesIO(b"x=1"))
    return packed.getvalue()


# ---- a whole check ---------------------------------------------------------------------------------------------------


class _MemorySource(FakeSource):
    """The engine in this process."""

    def __init__(self, engine: MemoryEngine) -> None:
        super().__init__()
        self._memory = engine

    def open(self, *, together: float = 0) -> Any:  # noqa: ARG002 - the port's signature
        return self._memory.opened()

    def search(self) -> EngineSearch:
        return EngineSearch(endpoint="unix:///engine", source="the test", local=True)


def checked(engine: MemoryEngine) -> Facts:
    """The facts of a check of that engine, through the probe that it runs."""
    given = msgspec.structs.replace(
        ports(_MemorySource(engine)),
        start_probe=container_probe.Probe,
        probe_command=container_probe.command,
        read_contract=read_contract,
    )
    return collect(collect_options(), given)


def failure_of_check(engine: MemoryEngine) -> str:
    """What is wrong with a check of that engine, "" for nothing: it is not to pass either, for none of the runner's
    services is reached."""
    try:
        facts = checked(engine)
        _sound(facts)
        diagnosis = app.diagnose(facts, profile.load())
        printed("json", Report(diagnosis, facts))
    except Exception as error:  # noqa: BLE001 - it is what is looked for
        return f"{type(error).__name__}: {error}"
    crashed = [f"{check.code}: {check.reason}" for check in diagnosis.checks if check.status is CheckStatus.CRASH]
    return "; ".join(crashed) or ("it passes" if not app.exit_code(diagnosis, "error") else "")


def questions() -> Iterator[tuple[str, Any]]:
    """What a check asks an engine and its probe, with what they decently answer."""
    yield from ((call, answer) for call, (_, _, answer) in CALLS.items() if answer)
    yield from PROBE.items()


def main() -> int:
    """0 where nothing was found."""
    count = found = 0
    for reader in readers():
        for wrong, body in malformed_of(reader):
            count += 1
            if said := failure(reader, body):
                found += 1
                print(f"{reader.name}: {wrong}: {said[:200]}")
    print(f"{count} malformed answers were read: {found} failures", flush=True)
    count = found = 0
    for call, answer in questions():
        for wrong, body in malformed_of(Reader(call, answer, lambda _: None)):
            count += 1
            if said := failure_of_check(MemoryEngine({call: body})):
                found += 1
                print(f"check, {call}: {wrong}: {said[:200]}", flush=True)
    print(f"{count} checks: {found} failures")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
