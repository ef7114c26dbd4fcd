"""What is not an engine, or one that misbehaves: one sentence and the right fault, within the deadline."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stigmer_doctor.adapters.docker.address import EngineAddress, Tls
from stigmer_doctor.adapters.docker.engine import DockerEngine
from stigmer_doctor.adapters.docker.limits import Deadlines
from stigmer_doctor.adapters.docker.streams import tail, unframed
from stigmer_doctor.model.errors import EngineError
from stigmer_doctor.model.facts import EngineFault

SHORT_S, LONG_S = 0.5, 60.0
"""For what never answers, and for what does, on however busy a machine."""
Answer = Callable[[socket.socket], None]


@contextlib.contextmanager
def server(answer: Answer) -> Iterator[str]:
    """A TCP server that treats every connection so; its URL."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    client, _ = listener.accept()
                    answer(client)

        threading.Thread(target=serve, daemon=True).start()
        yield f"tcp://127.0.0.1:{listener.getsockname()[1]}"


def fault(url: str, tls: Tls | None = None, within: float = LONG_S) -> EngineError:
    with pytest.raises(EngineError) as raised:
        DockerEngine(EngineAddress(url=url, source="--host", tls=tls), Deadlines(within))
    assert "\n" not in str(raised.value)
    assert "Traceback" not in str(raised.value)
    return raised.value


def say(text: bytes) -> Answer:
    def answer(client: socket.socket) -> None:
        client.recv(65536)
        client.sendall(text)
        client.close()

    return answer


def http(status: str, body: bytes) -> Answer:
    return say(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)


def test_no_socket_there(tmp_path: Path) -> None:
    error = fault(f"unix://{tmp_path}/none.sock")
    assert error.fault is EngineFault.UNREACHABLE
    assert "no such socket" in str(error)


def test_a_socket_that_nobody_listens_on(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(tmp_path / "stale.sock"))
    assert "not running" in str(fault(f"unix://{tmp_path}/stale.sock"))


def test_one_that_accepts_and_never_answers() -> None:
    silent: list[socket.socket] = []
    with server(silent.append) as url:
        assert fault(url, within=SHORT_S).fault is EngineFault.TIMED_OUT


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_one_that_drips_is_left_when_the_time_for_the_whole_answer_is_over(start: bytes) -> None:
    def drip(client: socket.socket) -> None:
        client.sendall(start)
        with contextlib.suppress(OSError):
            while True:
                client.sendall(b"x: y\r\n")
                time.sleep(0.02)

    with server(drip) as url:
        assert fault(url, within=SHORT_S).fault is EngineFault.TIMED_OUT


def test_one_that_closes_at_once() -> None:
    with server(socket.socket.close) as url:
        assert fault(url).fault is EngineFault.UNREACHABLE


@pytest.mark.parametrize(
    "answer",
    [
        http("200 OK", b"<html>hello</html>"),
        http("200 OK", b"[]"),
        http("200 OK", b"{}"),
        http("200 OK", b'{"ApiVersion": 7}'),
        http("404 Not Found", b"nothing here"),
        say(b"SSH-2.0-OpenSSH_9.2\r\n"),
        say(b"\x00\x01\x02\x03"),
    ],
)
def test_what_is_no_engine_is_said_to_be_none(answer: Answer) -> None:
    with server(answer) as url:
        error = fault(url)
    assert error.fault is EngineFault.UNREACHABLE, error


def test_one_that_refuses_to_say_its_version_is_told_with_its_words() -> None:
    with server(http("500 Oops", b'{"message": "the disk is full"}')) as url:
        error = fault(url)
    assert error.fault is EngineFault.REFUSES, error
    assert "the disk is full" in str(error)


def test_an_engine_that_expects_tls_is_told_from_one_that_is_down() -> None:
    with server(http("400 Bad Request", b"Client sent an HTTP request to an HTTPS server.\n")) as url:
        error = fault(url)
    assert error.fault is EngineFault.TLS
    assert "DOCKER_TLS_VERIFY" in str(error)


def test_tls_with_what_speaks_none() -> None:
    with server(http("400 Bad Request", b"what?")) as url:
        assert fault(url, Tls(verify=False)).fault is EngineFault.TLS


def test_a_log_is_cut_at_a_whole_line_and_bounded() -> None:
    lines = [b"line %05d\n" % number for number in range(5000)]
    kept, truncated = tail(lines, 2000, 1024 * 1024)
    assert (len(kept.splitlines()), truncated) == (2000, True)
    kept, truncated = tail(lines, 5000, 1000)
    assert truncated
    assert kept.startswith(b"line ")
    assert len(kept) <= 1000


def test_frames_may_be_cut_anywhere() -> None:
    frames = b"\x01\0\0\0\0\0\0\x03abc\x02\0\0\0\0\0\0\x02de"
    for size in range(1, len(frames) + 1):
        chunks = [frames[at : at + size] for at in range(0, len(frames), size)]
        assert b"".join(unframed(chunks)) == b"abcde"


@pytest.mark.parametrize(
    ("server_name", "system", "asked"),
    [
        ("Docker/28.2 (linux)", "Debian GNU/Linux 12", ["/_ping", "/info"]),
        ("Docker/28.2 (linux)", "Docker Desktop", ["/_ping", "/info", "/version"]),
        ("Libpod/5.0 (linux)", "fedora", ["/_ping", "/info", "/version"]),
        ("", "Debian GNU/Linux 12", ["/_ping", "/info", "/version"]),
    ],
)
def test_only_an_engine_that_is_a_product_is_asked_for_its_version(
    server_name: str, system: str, asked: list[str]
) -> None:
    said = {
        "/_ping": b"OK",
        "/info": b'{"OperatingSystem": "%s", "ServerVersion": "28.2"}' % system.encode(),
        "/version": b'{"Version": "28.2.0", "Platform": {"Name": "a product"}}',
    }
    paths: list[str] = []

    def answer(client: socket.socket) -> None:
        path = "/" + client.recv(65536).decode().split(" ")[1].rpartition("/")[2]
        paths.append(path)
        head = f"HTTP/1.1 200 OK\r\nApi-Version: 1.50\r\nServer: {server_name}\r\nConnection: close\r\n\r\n"
        client.sendall(head.encode() + said[path])
        client.close()

    with server(answer) as url, DockerEngine(EngineAddress(url=url, source="--host"), Deadlines(LONG_S)) as engine:
        described = engine.describe()
    assert paths == asked
    assert (described.api_version, described.platform) == ("1.50", "a product" if "/version" in asked else "")
    assert described.version.startswith("28.2")
