"""One GET through a tunnel."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from stigmer_doctor.adapters.clients.fetch import NoAnswer, get

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"


@contextmanager
def server(answer: Callable[[socket.socket], object]) -> Iterator[tuple[int, list[bytes]]]:
    """One connection: its port, and what was asked there."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                received = b""
                while b"\r\n\r\n" not in received and received[:1] != b"\x16" and (part := connection.recv(65536)):
                    received += part
                asked.append(received)
                answer(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1], asked
        thread.join(5)


def test_the_original_host_and_an_encoded_path_are_asked_for() -> None:
    with server(lambda connection: connection.sendall(OK)) as (port, asked):
        assert get(port, "http://ollama:11434/a b\u00e9/%20", "/api/tags", timeout=5, padding=3000) == (200, b"body")
    assert asked[0].startswith(b"GET /a%20b%C3%A9/%20/api/tags HTTP/1.1\r\nHost: ollama:11434\r\n")
    assert len(asked[0]) > 3000


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (b"", "the connection ended before the answer did"),
        (b"\0\0\x12\x04\0\0\0\0\0\r\n", "this is not an HTTP answer"),
        (OK[:-1], "the connection ended before the answer did"),
        (b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 100_000, "this is not an HTTP answer"),
    ],
)
def test_what_is_not_an_answer_is_named(answer: bytes, complaint: str) -> None:
    def send(connection: socket.socket) -> None:
        with suppress(OSError):  # nobody reads the rest
            connection.sendall(answer)

    with server(send) as (port, _), pytest.raises(NoAnswer, match=complaint):
        get(port, "http://x:11434", "/api/tags", timeout=5)


def test_silence_ends_in_time() -> None:
    started = time.monotonic()
    with server(lambda _: time.sleep(0.6)) as (port, _), pytest.raises(TimeoutError):
        get(port, "http://x:11434", "/api/tags", timeout=0.3)
    assert time.monotonic() - started < 5


def test_of_a_body_without_an_end_there_is_the_beginning() -> None:
    def send(connection: socket.socket) -> None:
        with suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            while True:
                connection.sendall(b"x" * 65536)

    with server(send) as (port, _):
        status, body = get(port, "http://x:11434", "/api/tags", timeout=30)
    assert status == 200
    assert 1024 * 1024 < len(body) < 2 * 1024 * 1024


def test_tls_is_spoken_where_the_address_says_so() -> None:
    with server(lambda _: None) as (port, asked), pytest.raises(NoAnswer, match="ConnectError"):
        get(port, "https://ollama:11434", "/api/tags", timeout=1)
    assert asked[0].startswith(b"\x16\x03"), "a handshake of TLS"
