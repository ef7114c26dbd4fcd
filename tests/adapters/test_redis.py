"""The Redis client against servers that say what Redis says, and what it does not."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from stigmer_doctor.adapters.clients.redis import ask
from stigmer_doctor.model.facts import Answered


@contextmanager
def server(reply: bytes | None) -> Iterator[tuple[int, list[bytes]]]:
    """A server that answers its first request so, None with nothing, and keeps what it was asked."""
    asked: list[bytes] = []
    done = threading.Event()

    def serve() -> None:
        client, _ = listener.accept()
        with client:
            asked.append(client.recv(100))
            if reply is None:
                done.wait(5)
            else:
                client.sendall(reply)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1], asked
        done.set()
        thread.join(5)


@pytest.mark.parametrize(
    ("reply", "answered", "status"),
    [
        (b"+PONG\r\n", Answered.YES, "PONG"),
        (b"-NOAUTH Authentication required.\r\n", Answered.YES, "NOAUTH"),
        (b"-LOADING Redis is loading the dataset in memory\r\n", Answered.UNAVAILABLE, "LOADING"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", Answered.WRONG_PROTOCOL, ""),
        (b"\x00\x00\x06\x04\x00\x00\x00\x00\x00", Answered.WRONG_PROTOCOL, ""),
        (b"", Answered.UNAVAILABLE, ""),
        (b"+" + b"x" * 4000, Answered.WRONG_PROTOCOL, ""),
    ],
)
def test_the_first_line_says_whether_it_is_redis(reply: bytes, answered: Answered, status: str) -> None:
    with server(reply) as (port, asked):
        answer = ask(port, timeout=3)
    assert answer.answered is answered
    assert not status or answer.status == status
    assert asked == [b"*1\r\n$4\r\nPING\r\n"]


def test_silence_is_a_timeout() -> None:
    with server(None) as (port, _):
        assert ask(port, timeout=0.2).answered is Answered.TIMED_OUT


def test_nothing_there_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert ask(port, timeout=1).answered is Answered.UNAVAILABLE
