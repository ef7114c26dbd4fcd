"""How long one answer of an engine may take and how much of it is read: from the socket up to the parsed JSON."""

from __future__ import annotations

import json
import re
import socket
import time
from typing import Any

MOST_OF_AN_ANSWER = 8 * 1024 * 1024
_MOST_OF_A_STREAM = 1024**4
MOST_OF_A_HEAD = 65536
_MOST_PARTS = 500_000
_DEEPEST = 200
_STRINGS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_BRACKETS = re.compile(rb"[\[\]{}]")


class LimitedSocket(socket.socket):
    """A socket that is read from for so long as a whole, and so much of it, as `limit` has said.

    A time limit of each read alone lets a peer that sends a byte a second keep its reader for ever.
    """

    _ends: float | None = None
    _left, _silence = 0, 0.0

    def limit(self, ends: float, most: int, silence: float) -> None:
        """Raise TimeoutError when `ends` (by `time.monotonic`) is past, or after `silence` seconds without a byte, and
        OversizedAnswer after `most` bytes."""
        self._ends, self._left, self._silence = ends, most, silence

    def unlimited(self) -> None:
        """What follows is a stream that lasts for as long as its program does."""
        self._ends = None

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        self._wait()
        return self._counted(super().recv(bufsize, flags))

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0, /) -> int:
        self._wait()
        length = super().recv_into(buffer, nbytes, flags)
        self._count(length)
        return length

    def _counted(self, data: bytes) -> bytes:
        self._count(len(data))
        return data

    def _wait(self) -> None:
        if self._ends is None:
            return
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.settimeout(min(left, self._silence))

    def _count(self, length: int) -> None:
        if self._ends is not None:
            self._left -= length
            if self._left < 0:
                raise OversizedAnswer


class OversizedAnswer(OSError):  # noqa: N818 - reads as what it is
    """More came than any engine has to say."""


def limited(connection: socket.socket) -> LimitedSocket:
    """The same connection, which is taken over."""
    timeout = connection.gettimeout()
    kind = connection.family, connection.type, connection.proto
    made = LimitedSocket(*kind, fileno=connection.detach())
    made.settimeout(timeout)
    return made


def is_stream(path: str) -> bool:
    """Whether the answer to a request is one of those that are passed on piece by piece: logs and archives."""
    return path.partition("?")[0].endswith(("/logs", "/archive"))


def most_of(path: str) -> int:
    """How much of the answer to a request is read, in bytes. Who reads a stream counts himself."""
    return _MOST_OF_A_STREAM if is_stream(path) else MOST_OF_AN_ANSWER


def parsed(content: bytes) -> Any:
    """The JSON of an answer. Raises ValueError for one that is deeper, or has more parts, than any engine's: parsing it
    would take the stack or the memory."""
    if content.count(b",") + content.count(b"[") + content.count(b"{") > _MOST_PARTS:
        raise ValueError("the answer has too many parts")
    if content.count(b"[") + content.count(b"{") > _DEEPEST and _depth(content) > _DEEPEST:
        raise ValueError("the answer is too deep")
    answer = json.loads(content.decode("utf-8", "replace"))
    return _without_surrogates(answer) if _SURROGATE.search(content) else answer


def _without_surrogates(answer: Any) -> Any:
    """What can be written anywhere: halves of characters, which JSON may escape, are replaced."""
    if isinstance(answer, str):
        return answer.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(answer, list):
        return [_without_surrogates(item) for item in answer]
    if isinstance(answer, dict):
        return {_without_surrogates(name): _without_surrogates(item) for name, item in answer.items()}
    return answer


def _depth(content: bytes) -> int:
    deepest = depth = 0
    for bracket in _BRACKETS.findall(_STRINGS.sub(b"", content)):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest
