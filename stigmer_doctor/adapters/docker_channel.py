"""Byte streams to and from programs in containers: the engine's hijacked connection, or the docker command."""

from __future__ import annotations

import collections
import contextlib
import queue
import socket
import struct
import subprocess
import threading
from collections.abc import Callable, Sequence
from typing import BinaryIO

from stigmer_doctor.model.errors import ProbeError

_HEADER = struct.Struct(">BxxxL")
_STDOUT, _STDERR = 1, 2
_CHUNK = 65536
_STDERR_KEPT = 4096


class _Stderr:
    """The last 4 KiB of what a program wrote there."""

    def __init__(self) -> None:
        self._parts: collections.deque[bytes] = collections.deque(maxlen=64)

    def add(self, data: bytes) -> None:
        self._parts.append(data[-_STDERR_KEPT:])

    def text(self) -> str:
        return b"".join(self._parts)[-_STDERR_KEPT:].decode("utf-8", "replace")


class SocketChannel:
    """Over the raw socket of an attached exec or container. Without a TTY the engine frames what comes back."""

    def __init__(self, raw: socket.socket, silent_for: float, finish: Callable[[], None]) -> None:
        self._socket, self._finish = raw, finish
        self._socket.settimeout(silent_for)
        self._stderr = _Stderr()
        self._left, self._kind = 0, _STDOUT
        self._closed = False

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def receive(self) -> bytes:
        while True:
            if not self._left:
                header = self._exactly(_HEADER.size)
                if header is None:
                    return b""
                self._kind, self._left = _HEADER.unpack(header)
                continue
            data = self._recv(min(self._left, _CHUNK))
            if not data:
                return b""
            self._left -= len(data)
            if self._kind == _STDOUT:
                return data
            self._stderr.add(data)

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._finish()

    def stderr(self) -> str:
        return self._stderr.text()

    def _exactly(self, length: int) -> bytes | None:
        data = b""
        while len(data) < length:
            part = self._recv(length - len(data))
            if not part:
                return None
            data += part
        return data

    def _recv(self, length: int) -> bytes:
        try:
            return self._socket.recv(length)
        except TimeoutError as error:
            raise ProbeError("the engine sent nothing for too long") from error
        except OSError as error:
            if self._closed:
                return b""
            raise ProbeError(f"the engine broke the connection off: {error.strerror or error}") from error


class CommandChannel:
    """Through `docker exec -i`, for engines whose connection cannot be hijacked from here: ssh, TLS, named pipes."""

    def __init__(self, argv: Sequence[str], silent_for: float) -> None:
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the docker command, with an id that the engine gave
                argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        except OSError as error:
            raise ProbeError(f"the docker command is needed for this engine: {error.strerror or error}") from error
        self._silent_for = silent_for
        self._arrived: queue.Queue[bytes] = queue.Queue(64)
        self._stderr = _Stderr()
        for stream, take in ((self._process.stdout, self._arrived.put), (self._process.stderr, self._stderr.add)):
            assert stream is not None  # noqa: S101 - all three are pipes
            threading.Thread(target=_pump, args=(stream, take), name="docker-exec", daemon=True).start()

    def send(self, data: bytes) -> None:
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        self._process.stdin.write(data)
        self._process.stdin.flush()

    def receive(self) -> bytes:
        try:
            return self._arrived.get(timeout=self._silent_for)
        except queue.Empty as error:
            raise ProbeError("the engine sent nothing for too long") from error

    def close(self) -> None:
        if self._process.stdin and not self._process.stdin.closed:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def stderr(self) -> str:
        return self._stderr.text()


def _pump(stream: BinaryIO, take: Callable[[bytes], None]) -> None:
    with contextlib.suppress(OSError, ValueError):
        while data := stream.read1(_CHUNK) if hasattr(stream, "read1") else stream.read(_CHUNK):
            take(data)
    take(b"")
