"""Byte streams to programs in containers: on a hijacked connection, or through the docker command."""

from __future__ import annotations

import contextlib
import math
import queue
import socket
import subprocess
import threading
from collections.abc import Callable, Sequence
from typing import IO

from stigmer_doctor.adapters.docker.limits import remaining
from stigmer_doctor.adapters.docker.streams import FRAME_HEADER, Tail
from stigmer_doctor.model.errors import ProbeError

_STDERR = 2
_CHUNK = 65536
_ENDS_WITHIN_S = 2.0


class SocketChannel:
    """Implements Channel on the hijacked connection of an attached program without a TTY.

    The engine frames what the program writes. `first` is what came before the caller took the connection over;
    `silence` and `patience` are in seconds: how long receiving and sending may take; neither goes on after `end` (by
    `time.monotonic`). `finish` runs once, at the end.
    `refusal` looks at the first output: what it returns is why there is no program, "" where there is one. One thread
    may receive while others send.
    """

    def __init__(
        self,
        connection: socket.socket,
        first: bytes = b"",
        *,
        silence: float,
        patience: float,
        end: float = math.inf,
        finish: Callable[[], None] = lambda: None,
        refusal: Callable[[bytes], str] = lambda _: "",
    ) -> None:
        self._reading, self._writing = connection, connection.dup()
        self._silence, self._patience, self._end = silence, patience, end
        self._first, self._finish, self._refusal = first, finish, refusal
        self._asked = False
        self._kind, self._left = 0, 0
        self._stderr = Tail()
        self._closed = False

    def send(self, data: bytes) -> None:
        try:
            self._writing.settimeout(min(self._patience, remaining(self._end)))
            self._writing.sendall(data)
        except OSError as error:
            raise ProbeError(f"the program in the container cannot be sent to: {_reason(error)}") from error

    def receive(self) -> bytes:
        while self._left or self._next_frame():
            data = self._recv(min(self._left, _CHUNK))
            if not data:
                raise ProbeError("the engine closed the connection in the middle")
            self._left -= len(data)
            if self._kind == _STDERR:
                self._stderr.add(data)
                continue
            if not self._asked:
                self._asked = True
                _check(data, self._refusal)
            return data
        return b""

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        with contextlib.suppress(OSError):
            self._writing.shutdown(socket.SHUT_RDWR)  # wakes a thread that receives
        self._writing.close()
        self._reading.close()
        self._finish()

    def stderr(self) -> str:
        return self._stderr.text()

    def _next_frame(self) -> bool:
        """Read headers up to one of a frame with something in it; False at the end of the stream."""
        while header := self._header():
            self._kind, self._left = FRAME_HEADER.unpack(header)
            if self._left:
                return True
        return False

    def _header(self) -> bytes:
        """b"" at the end of the stream."""
        header = b""
        while len(header) < FRAME_HEADER.size:
            part = self._recv(FRAME_HEADER.size - len(header))
            if not part and header:
                raise ProbeError("the engine closed the connection in the middle")
            if not part:
                return b""
            header += part
        return header

    def _recv(self, length: int) -> bytes:
        if self._first:
            data, self._first = self._first[:length], self._first[length:]
            return data
        try:
            self._reading.settimeout(min(self._silence, remaining(self._end)))
            return self._reading.recv(length)
        except OSError as error:
            if self._closed:
                return b""
            raise ProbeError(f"the program in the container is gone: {_reason(error)}") from error


class CommandChannel:
    """Implements Channel with a docker command that attaches its own standard streams (`exec -i`, `start -ai`)."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        silence: float,
        end: float = math.inf,
        finish: Callable[[], None] = lambda: None,
        refusal: Callable[[bytes], str] = lambda _: "",
    ) -> None:
        try:
            self._process = subprocess.Popen(  # noqa: S603 - no shell, and the container is named by its id
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        except OSError as error:
            finish()
            message = f"this engine is reached through the docker command, which cannot be run: {_reason(error)}"
            raise ProbeError(message) from error
        self._silence, self._end, self._finish, self._refusal = silence, end, finish, refusal
        self._asked = False
        self._arrived: queue.Queue[bytes] = queue.Queue(maxsize=64)
        self._stderr = Tail()
        self._closed = False
        self._pump(self._process.stdout, self._arrived.put)
        self._listener = self._pump(self._process.stderr, self._stderr.add)

    def send(self, data: bytes) -> None:
        stdin = self._process.stdin
        try:
            if stdin is None or stdin.closed:
                raise BrokenPipeError
            stdin.write(data)
            stdin.flush()
        except (OSError, ValueError) as error:
            raise ProbeError("the program in the container cannot be sent to: it has ended") from error

    def receive(self) -> bytes:
        try:
            data = self._arrived.get(timeout=min(self._silence, remaining(self._end)))
        except (queue.Empty, TimeoutError) as error:
            raise ProbeError(f"the program in the container was silent for {self._silence:g} s") from error
        if not data:
            self._arrived.put(b"")  # the end stays the end
        elif not self._asked:
            self._asked = True
            _check(data, self._refusal)
        return data

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        if self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        try:
            self._process.wait(_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        with contextlib.suppress(queue.Full):
            self._arrived.put_nowait(b"")  # wakes a thread that receives
        self._finish()

    def stderr(self) -> str:
        """Complete once the command has ended."""
        if self._process.poll() is not None:
            self._listener.join(_ENDS_WITHIN_S)
        return self._stderr.text()

    def _pump(self, stream: IO[bytes] | None, take: Callable[[bytes], None]) -> threading.Thread:
        def pump() -> None:
            with contextlib.suppress(OSError, ValueError):
                while stream and (data := stream.read1(_CHUNK)):  # type: ignore[attr-defined] # a buffered pipe has it
                    take(data)
            take(b"")

        thread = threading.Thread(target=pump, name="docker-command", daemon=True)
        thread.start()
        return thread


def _check(first: bytes, refusal: Callable[[bytes], str]) -> None:
    if sentence := refusal(first):
        raise ProbeError(sentence)


def _reason(error: OSError) -> str:
    return "it did not answer in time" if isinstance(error, TimeoutError) else error.strerror or type(error).__name__
