"""Requests and answers on a connection: what is read of HTTP, and what is refused."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from stigmer_doctor.adapters.docker import exchange
from stigmer_doctor.adapters.docker.exchange import Answer
from stigmer_doctor.adapters.docker.limits import CutOff, LimitedReader

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    near, far = socket.socketpair()
    with near, far:
        yield near, far


def answered(ends: tuple[socket.socket, socket.socket], said: bytes, kept: list[bool] | None = None) -> bytes:
    """The body of what the far end says before it closes. `kept` gets whether the connection can be used again."""
    near, far = ends
    far.sendall(said)
    far.close()
    reader = LimitedReader(near, ends=time.monotonic() + 5, most=1_000_000, within=5)
    with Answer(reader, (kept if kept is not None else []).append) as answer:
        return answer.read()


@pytest.mark.parametrize(
    ("said", "body", "reusable"),
    [
        (OK + b"Content-Length: 3\r\n\r\nabc", b"abc", True),
        (OK + b"Content-Length: 3\r\nConnection: close\r\n\r\nabc", b"abc", False),
        (CHUNKED + b"2;x=y\r\nab\r\n1\r\nc\r\n0\r\nTrailer: t\r\n\r\n", b"abc", True),
        (OK + b"\r\nabc", b"abc", False),
        (b"HTTP/1.1 304 Not Modified\r\n\r\n", b"", True),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc", b"abc", False),
        (OK + b"Connection: Keep-Alive, Close\r\nContent-Length: 3\r\n\r\nabc", b"abc", False),
        (OK + b"Content-Length: 3\r\n\r\nabc" + OK, b"abc", False),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b"", True),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 0\r\n\r\n", b"", True),
    ],
)
def test_bodies(ends: tuple[socket.socket, socket.socket], said: bytes, body: bytes, reusable: bool) -> None:
    kept: list[bool] = []
    assert answered(ends, said, kept) == body
    assert kept == [reusable]


@pytest.mark.parametrize(
    "said",
    [
        b"SSH-2.0-x\r\n",
        b"HTTP/1.1 -20 OK\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 20 + OK + b"\r\n",
        OK + b"no colon\r\n\r\n",
        OK + b"Content-Length: -1\r\n\r\n",
        OK + b"Content-Length: 99999999999999999999\r\n\r\n",
        OK + b"Transfer-Encoding: gzip\r\n\r\n",
        CHUNKED + b"xyz\r\n",
        CHUNKED + b"1\r\nabc\r\n",
        OK + b"A: " + b"x" * 70_000 + b"\r\n\r\n",
        OK + b"A: x\r\n" * 20_000 + b"\r\n",
    ],
)
def test_what_is_not_http_is_refused(ends: tuple[socket.socket, socket.socket], said: bytes) -> None:
    with pytest.raises((ValueError, OSError)):
        answered(ends, said)


@pytest.mark.parametrize("said", [b"", OK, OK + b"Content-Length: 9\r\n\r\nabc", CHUNKED + b"5\r\nab"])
def test_what_ends_in_the_middle_is_cut_off(ends: tuple[socket.socket, socket.socket], said: bytes) -> None:
    with pytest.raises(CutOff):
        answered(ends, said)


def test_a_body_in_pieces_is_sent_in_chunks(ends: tuple[socket.socket, socket.socket]) -> None:
    near, far = ends
    exchange.send_stream(near, "PUT", "/x", "engine", [b"abc", b"", b"d" * 17])
    assert far.recv(1000).endswith(b"\r\n\r\n3\r\nabc\r\n11\r\n" + b"d" * 17 + b"\r\n0\r\n\r\n")
