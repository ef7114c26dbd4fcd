"""Reading an engine's other answers: whatever stands in one place of them, everything else is read all the same."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from stigmer_doctor.adapters.docker import reading
from stigmer_doctor.adapters.docker.address import EngineAddress
from stigmer_doctor.adapters.docker.engine import DockerEngine
from stigmer_doctor.adapters.docker.limits import Deadlines
from stigmer_doctor.model.errors import DoctorError
from stigmer_doctor.model.facts import Engine
from stigmer_doctor.model.inspected import InspectedImage, InspectedNetwork, Usage
from tests.adapters.odd import ABSENT, ODD, changed, places

IMAGE = {
    "Id": "sha256:1",
    "Config": {
        "User": "stigmer",
        "WorkingDir": "/app",
        "Entrypoint": ["/init"],
        "Cmd": ["python", "main.py"],
        "Env": ["MODE=local", "EMPTY="],
        "StopSignal": "SIGINT",
        "Labels": None,
    },
}
NETWORK = {"Driver": "bridge", "Internal": False, "IPAM": {"Config": [{"Gateway": "198.18.4.1"}, {"Subnet": "x"}]}}
LISTED = [
    {
        "Id": "f" * 64,
        "Names": ["/a", "/b"],
        "Image": "i",
        "State": "running",
        "Created": 17,
        "HostConfig": {"NetworkMode": "host"},
    }
]
IMAGES = [{"Id": "sha256:1", "RepoTags": ["a:1", "b:2"]}, {"Id": "sha256:2", "RepoTags": None}]
STATS = {
    "memory_stats": {"usage": 50, "limit": 100, "stats": {"inactive_file": 7}},
    "pids_stats": {"current": 3, "limit": 2**64 - 1},
}
VERSION = {
    "Version": "20.10",
    "ApiVersion": "1.41",
    "KernelVersion": "6",
    "Arch": "amd64",
    "Components": [{"Name": "Engine"}],
}
INFO = {"OperatingSystem": "Debian", "Name": "host", "SecurityOptions": ["name=seccomp", "name=rootless"]}


def engine_of(both: dict[str, Any]) -> Engine:
    version, info = both.get("version"), both.get("info")
    return reading.engine(info if isinstance(info, dict) else {}, "1.41", version if isinstance(version, dict) else {})


@pytest.mark.parametrize(
    ("read", "answer"),
    [
        (reading.image, IMAGE),
        (reading.network, NETWORK),
        (reading.summaries, LISTED),
        (reading.images, IMAGES),
        (reading.usage, STATS),
        (engine_of, {"version": VERSION, "info": INFO}),
    ],
)
def test_whatever_stands_in_one_place_the_other_answers_are_read(read: Any, answer: Any) -> None:
    for place in places(answer):
        for value in (*ODD, ABSENT):
            read(changed(answer, place, value))


def test_the_other_answers_are_read_whole() -> None:
    image = reading.image(IMAGE)
    assert image == InspectedImage(
        id="sha256:1",
        user="stigmer",
        working_dir="/app",
        entrypoint=("/init",),
        command=("python", "main.py"),
        environment={"MODE": "local", "EMPTY": ""},
        run_options=("--stop-signal=SIGINT",),
    )
    assert reading.network(NETWORK) == InspectedNetwork(
        driver="bridge", internal=False, gateways=("198.18.4.1",), subnets=("x",)
    )
    (listed,) = reading.summaries(LISTED)
    assert (listed.id, listed.name, listed.created, listed.network_mode) == ("f" * 64, "a", "17", "host")
    assert [other.tags for other in reading.images(IMAGES)] == [("a:1", "b:2"), ()]
    assert reading.usage(STATS) == Usage(memory=43, memory_limit=100, processes=3)
    engine = reading.engine(INFO, "1.40", VERSION)
    assert (engine.version, engine.api_version, engine.kernel, engine.architecture) == ("20.10", "1.41", "6", "amd64")
    assert (engine.components, engine.rootless) == (("Engine",), True)


@pytest.mark.parametrize(("told", "architecture"), [("x86_64", "amd64"), ("aarch64", "arm64"), ("riscv64", "riscv64")])
def test_an_engine_without_a_product_tells_all_at_once(told: str, architecture: str) -> None:
    info = {**INFO, "ServerVersion": "28.2", "KernelVersion": "6.1", "Architecture": told}
    engine = reading.engine(info, "1.50", {})
    assert (engine.version, engine.api_version, engine.kernel) == ("28.2", "1.50", "6.1")
    assert (engine.architecture, engine.platform, engine.components) == (architecture, "", ())


def test_a_name_that_is_longer_than_any_is_not_told() -> None:
    engine = reading.engine({**INFO, "Name": "x" * 301, "ServerVersion": "y" * 300}, "1.50", {})
    assert (engine.name, engine.version, engine.operating_system) == ("", "y" * 300, "Debian")


@pytest.mark.parametrize(
    ("info", "plain"),
    [
        (INFO, True),
        ({"OperatingSystem": "Docker Desktop", "Name": "docker-desktop"}, False),
        ({"OperatingSystem": "Alpine", "Name": "docker-desktop"}, False),
        ({}, False),
    ],
)
def test_only_a_product_is_asked_for_more(info: dict[str, str], plain: bool) -> None:
    assert reading.is_plain(info) is plain


def test_a_use_that_is_no_number_is_not_told() -> None:
    usage = reading.usage(
        {"memory_stats": {"usage": "much", "limit": 5}, "pids_stats": {"current": {}, "limit": "max"}}
    )
    assert usage == Usage(memory=None, memory_limit=5, processes=None, processes_limit=None)


# ---- through the engine ----------------------------------------------------------------------------------------------


@pytest.fixture(params=["null", "[]", "{}", '""', "0", "[null]", '{"Config": null}', "<html>"])
def odd_engine(request: pytest.FixtureRequest) -> Iterator[DockerEngine]:
    """An engine that says its version, and answers everything else so."""
    said = str(request.param).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(VERSION).encode() if self.path.endswith("/version") else said
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        with DockerEngine(
            EngineAddress(url=f"tcp://127.0.0.1:{server.server_address[1]}", source="--host"), Deadlines(5)
        ) as engine:
            yield engine
        server.shutdown()
        thread.join()


def test_an_engine_that_answers_with_something_else_raises_our_errors_only(odd_engine: DockerEngine) -> None:
    questions: tuple[Callable[[], object], ...] = (
        odd_engine.describe,
        odd_engine.containers,
        odd_engine.images,
        lambda: odd_engine.container("x"),
        lambda: odd_engine.image("x"),
        lambda: odd_engine.network("x"),
        lambda: odd_engine.stats("x"),
    )
    for ask in questions:
        with contextlib.suppress(DoctorError):
            ask()
