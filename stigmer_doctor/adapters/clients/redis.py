"""Asks Redis for a PONG, in its own protocol (RESP)."""

from __future__ import annotations

import time

from stigmer_doctor.adapters.clients.tunnel_end import connected
from stigmer_doctor.model.answers import Answered, RedisAnswer

_PING = b"*1\r\n$4\r\nPING\r\n"
_LONGEST_LINE = 512
_LOADING = (b"-LOADING", b"-MASTERDOWN", b"-BUSY", b"-CLUSTERDOWN")


def ask(port: int, *, timeout: float, padding: int = 0) -> RedisAnswer:
    """One PING through the tunnel's port, with `padding` bytes to be sent back, within `timeout` seconds in all. An
    error of Redis' own, such as -NOAUTH, is an answer: the password stays where it is."""
    started = time.monotonic()
    try:
        line = _first_line(port, _ping(padding), started + timeout)
    except TimeoutError:
        return _answer(started, Answered.TIMED_OUT, b"")
    except OSError as error:
        return _answer(started, Answered.UNAVAILABLE, type(error).__name__.encode())
    return _answer(started, _meaning(line), line)


def _ping(padding: int) -> bytes:
    return b"*2\r\n$4\r\nPING\r\n$%d\r\n%b\r\n" % (padding, b"." * padding) if padding else _PING


def _first_line(port: int, request: bytes, deadline: float) -> bytes:
    received = b""
    with connected(port, max(0.01, deadline - time.monotonic())) as connection:
        connection.sendall(request)
        while b"\r\n" not in received and len(received) < _LONGEST_LINE:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            connection.settimeout(left)
            part = connection.recv(_LONGEST_LINE)
            if not part:
                break
            received += part
    return received.partition(b"\r\n")[0]


def _meaning(line: bytes) -> Answered:
    if line.startswith(_LOADING) or not line:
        return Answered.UNAVAILABLE
    if line == b"+PONG" or line[:1] == b"$" or (line[:1] == b"-" and line[1:].split(b" ")[0].isupper()):
        return Answered.YES
    return Answered.WRONG_PROTOCOL


def _answer(started: float, answered: Answered, line: bytes) -> RedisAnswer:
    text = " ".join(line.decode("utf-8", "replace").split())
    return RedisAnswer(
        answered=answered,
        status=text[1:].split(" ")[0] if text[:1] in ("+", "-") else "",
        detail=text,
        latency_ms=round((time.monotonic() - started) * 1000, 1),
    )
