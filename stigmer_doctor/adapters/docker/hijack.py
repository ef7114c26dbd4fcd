"""Turns a connection to the engine into the two-way byte stream of an attached program."""

from __future__ import annotations

import errno
import http.client
import io
import json
import socket
import time

from stigmer_doctor.adapters.docker.errors import answered, explanation
from stigmer_doctor.adapters.docker.limits import MOST_OF_A_HEAD, LimitedSocket


def hijack(connection: LimitedSocket, path: str, body: object = None, *, within: float) -> bytes:
    """`POST path` with an upgrade. Returns what of the stream came along with the answer's head; the rest follows on
    the connection. Raises Refused or NotFound with the engine's sentence, and OSError, also when the head takes longer
    than `within` seconds.

    The Docker library reads the head through a buffer and then leaves that out: what had come along would be lost.
    """
    content = b"" if body is None else json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: engine\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    connection.limit(time.monotonic() + within, 2 * MOST_OF_A_HEAD, within)
    connection.sendall(head.encode() + content)
    status, headers, rest = _head(connection)
    if status in (http.HTTPStatus.SWITCHING_PROTOCOLS, http.HTTPStatus.OK):
        connection.unlimited()
        return rest
    raise answered(status, _explanation(connection, headers, rest))


def _head(connection: socket.socket) -> tuple[int, http.client.HTTPMessage, bytes]:
    received = b""
    while b"\r\n\r\n" not in received:
        data = connection.recv(4096)
        if not data or len(received) > MOST_OF_A_HEAD:
            raise ConnectionResetError(errno.ECONNRESET, "the engine closed the connection in the middle")
        received += data
    head, _, rest = received.partition(b"\r\n\r\n")
    first, _, fields = head.partition(b"\r\n")
    words = first.split(maxsplit=2)
    if len(words) < 2 or not words[1].isdigit():
        raise ValueError("this is not an HTTP answer")
    return int(words[1]), http.client.parse_headers(io.BytesIO(fields + b"\r\n\r\n")), rest


def _explanation(connection: socket.socket, headers: http.client.HTTPMessage, rest: bytes) -> str:
    length = min(int(headers.get("Content-Length") or 0), MOST_OF_A_HEAD)
    while len(rest) < length and (data := connection.recv(4096)):
        rest += data
    return explanation(rest)
