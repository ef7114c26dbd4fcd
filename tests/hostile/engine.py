"""A Docker engine on a Unix socket that answers decently but for one call. Its programs run on this machine."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.hostile.answers import CALLS, body_of, call_of
from tests.hostile.faults import Fault, Late, Reset, head, whole

EVERY = "every"
"""In place of a call: all of them."""
_RESETS = struct.pack("ii", 1, 0)
_CHUNK = 65536


class HostileEngine:
    """Answers `call`, or every one, with the fault, all others decently. `asked` are the calls that were made of it."""

    def __init__(self, path: Path, call: str = "", fault: Fault | None = None) -> None:
        self._call, self._fault = call, fault
        self.asked: set[str] = set()
        self._argv: list[str] = []
        self._programs: list[subprocess.Popen[bytes]] = []
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._server.bind(str(path))
        self._server.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._server.close()
        for program in self._programs:
            program.kill()
            program.wait()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            for method, target, body in _requests(connection):
                call = call_of(method, target)
                self.asked.add(call)
                if call in ("exec-create", "create"):
                    self._argv = _argv(json.loads(body))
                if self._fault and self._call in (call, EVERY) and not _send(connection, self._fault(body_of(call))):
                    return
                if not call:
                    connection.sendall(whole(b'{"message": "page not found"}', "404 Not Found"))
                elif CALLS[call][2] is None:
                    self._attach(connection)
                    return
                else:
                    kind = "application/vnd.docker.multiplexed-stream" if call == "logs" else "application/json"
                    connection.sendall(whole(body_of(call), kind=kind))

    def _attach(self, connection: socket.socket) -> None:
        """Run the program whose arguments were given last, its streams on the connection, framed."""
        connection.sendall(head("101 UPGRADED", "Connection: Upgrade", "Upgrade: tcp"))
        argv = [sys.executable, *self._argv[1:]]
        program = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self._programs.append(program)
        threading.Thread(target=_feed, args=(connection, program), daemon=True).start()
        while data := program.stdout.read1(_CHUNK):  # type: ignore[union-attr]
            connection.sendall(b"\x01\0\0\0" + len(data).to_bytes(4, "big") + data)


def _argv(body: dict[str, Any]) -> list[str]:
    return body.get("Entrypoint") or body.get("Cmd") or []


def _feed(connection: socket.socket, program: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError, ValueError):
        while data := connection.recv(_CHUNK):
            program.stdin.write(data)  # type: ignore[union-attr]
            program.stdin.flush()  # type: ignore[union-attr]
    with contextlib.suppress(OSError, ValueError):
        program.stdin.close()  # type: ignore[union-attr]


def _send(connection: socket.socket, pieces: Iterator[bytes]) -> bool:
    """Whether the decent answer is to follow."""
    try:
        for piece in pieces:
            connection.sendall(piece)
    except Reset:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESETS)
    except Late as late:
        time.sleep(late.args[0])
        return True
    return False


def _requests(connection: socket.socket) -> Iterator[tuple[str, str, bytes]]:
    """Method, target and body of each request on a connection."""
    received = b""
    while True:
        while b"\r\n\r\n" not in received:
            data = connection.recv(_CHUNK)
            if not data:
                return
            received += data
        first, _, received = received.partition(b"\r\n\r\n")
        length = _length(first)
        while len(received) < length:
            received += connection.recv(_CHUNK)
        method, target = first.split(b" ", 2)[:2]
        body, received = received[:length], received[length:]
        yield method.decode(), target.decode(), body


def _length(first: bytes) -> int:
    fields = (line.partition(b":") for line in first.split(b"\r\n")[1:])
    return next((int(value) for name, _, value in fields if name.lower() == b"content-length"), 0)
