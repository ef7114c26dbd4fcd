"""What is wrong with the engine or the container: one clear line, the right exit code, no traceback."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.diagnosis import valid
from tests.lab.forbidding import removing
from tests.lab.lab import Lab
from tests.lab.scenarios import SCENARIOS
from tests.lab.standing import at

pytestmark = pytest.mark.lab


def findings(done: subprocess.CompletedProcess[str]) -> set[str]:
    """The codes of a valid report that came with exit code 3 and without a traceback."""
    assert done.returncode == 3, done
    assert "Traceback" not in done.stdout + done.stderr
    return {finding["code"] for finding in valid(done.stdout)["findings"]}


def check(lab: Lab, *options: str) -> subprocess.CompletedProcess[str]:
    return lab.doctor("check", "--format", "json", *options)


class Relay:
    """A way to the lab's engine that breaks after so many connections."""

    def __init__(self, lab: Lab, after: int, *, hang: bool) -> None:
        self.path = str(lab.folder / "relay.sock")
        Path(self.path).unlink(missing_ok=True)
        self._engine = lab.docker_host.removeprefix("unix://")
        self._left, self._hang = after, hang
        self._open: list[socket.socket] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.path)
        self._listener.listen(16)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        for socket_ in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                socket_.shutdown(socket.SHUT_RDWR)
            socket_.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._open.append(client)
                self._left -= 1
                if self._left >= 0:
                    self._forward(client)
                elif not self._hang:
                    client.close()

    def _forward(self, client: socket.socket) -> None:
        engine = socket.socket(socket.AF_UNIX)
        engine.connect(self._engine)
        self._open.append(engine)
        for source, target in ((client, engine), (engine, client)):
            threading.Thread(target=_copy, args=(source, target), daemon=True).start()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def relay(lab: Lab, after: int, *, hang: bool) -> Iterator[str]:
    made = Relay(lab, after, hang=hang)
    try:
        yield f"unix://{made.path}"
    finally:
        made.close()


@at("healthy")
@pytest.mark.parametrize("after", range(8))
def test_an_engine_that_goes_away_in_the_middle_leaves_what_was_learnt(scene: Lab, after: int) -> None:
    with relay(scene, after, hang=False) as host:
        done = check(scene, "--host", host)
    assert "Traceback" not in done.stdout + done.stderr
    report = valid(done.stdout)
    assert done.returncode in (0, 3), report["findings"]
    if done.returncode == 0:  # everything needed had been asked by then
        assert report["findings"] == []


@at("healthy")
def test_an_engine_that_hangs_in_the_middle_has_a_deadline(scene: Lab) -> None:
    with relay(scene, 1, hang=True) as host:
        done = check(scene, "--host", host)
    assert findings(done) == {"SD101"}


def test_a_container_that_is_not_there(desktop: Lab) -> None:
    assert findings(check(desktop, "--container", "nowhere")) == {"SD111"}


def test_an_ambiguous_prefix_is_exit_code_3_and_names_both(desktop: Lab) -> None:
    made: dict[str, str] = {}
    for number in range(17):
        found = desktop.run(name=f"runner-{number}", start=False).id
        if found[0] in made:
            break
        made[found[0]] = found
    done = check(desktop, "--container", found[0])
    assert findings(done) >= {"SD111"}
    assert made[found[0]][:12] in done.stdout
    assert found[:12] in done.stdout


@pytest.mark.parametrize("request_", [r"POST /v[\d.]+/containers/\w+/exec ", r"POST /v[\d.]+/exec/\w+/start "])
def test_a_container_removed_while_it_is_looked_at(desktop: Lab, request_: str) -> None:
    runner = SCENARIOS["healthy"].bring_up(desktop)
    with removing(desktop, runner.id, request_) as host:
        done = check(desktop, "--host", host)
    assert findings(done) >= {"SD111"}
    assert not desktop.engine.containers(all=True)


def test_a_socket_without_permission_names_it(desktop: Lab) -> None:
    path = Path(desktop.docker_host.removeprefix("unix://"))
    mode = path.stat().st_mode
    path.chmod(0)
    try:
        # root without the right to pass over permissions is like any other user
        doctor = [sys.executable, "-m", "stigmer_doctor", "check", "--format", "json"]
        done = desktop.as_user(["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--", *doctor])
    finally:
        path.chmod(mode)
    assert findings(done) == {"SD102"}


def test_an_http_server_that_is_no_engine(desktop: Lab) -> None:
    desktop.services.start("llm")
    assert findings(check(desktop, "--host", "tcp://127.0.0.1:11434")) == {"SD101"}


def test_a_huge_log_of_bytes_that_are_no_text_is_bounded(desktop: Lab) -> None:
    runner = SCENARIOS["healthy"].bring_up(desktop)
    log = Path(runner.inspect()["LogPath"])
    noise = "".join(map(chr, range(1, 32))) + "\x1b[31mred\x1b[0m\ufffd" + "x" * 20000
    line = json.dumps({"log": f"{noise}\n", "stream": "stderr", "time": "2026-01-22T03:00:00Z"}) + "\n"
    with log.open("a") as stream:
        stream.write(line * 2500)
    saved = desktop.home / "snapshot.json"
    assert desktop.doctor("snapshot", str(saved)).returncode == 0
    logs = json.loads(saved.read_text())["logs"]
    assert logs["truncated"]
    assert sum(map(len, logs["lines"])) <= 1024 * 1024
    assert "\x1b" not in saved.read_text()
    assert saved.stat().st_size < 8 * 1024 * 1024
    assert len(desktop.doctor("check", "--format", "markdown").stdout) < 65_000
