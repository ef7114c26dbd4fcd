"""How long one answer of an engine may take and how much of it is read: from the socket up to the parsed JSON."""

from __future__ import annotations

import math
import re
import time
from typing import Any, Protocol

import msgspec

from stigmer_doctor.lean_objects import compiled_later

MOST_OF_A_HEAD = 65536
_MOST_OF_A_LIST = 8 * 1024 * 1024  # thousands of containers
_MOST_OF_AN_OBJECT = 4 * 1024 * 1024  # an inspect holds the environment, which a kernel limits to 2 MiB
_MOST_OF_A_STREAM = 1024**4
_CHUNK = 65536
_MOST_PARTS = 500_000
_DEEPEST = 200
_STRINGS = compiled_later(rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)', re.DOTALL)
_SURROGATE = compiled_later(rb"\\u[dD][89a-fA-F]")
_BRACKETS = compiled_later(rb"[\[\]{}]")


class Connection(Protocol):
    """What is needed of a socket, one with TLS or a named pipe."""

    def settimeout(self, seconds: float | None, /) -> None: ...
    def recv(self, length: int, /) -> bytes: ...
    def sendall(self, data: bytes, /) -> None: ...
    def close(self) -> None: ...


class Deadlines:
    """How long an engine is waited for: for each answer, and for all of them together from now on; in seconds.

    An engine that answers each question a moment before its time is over would otherwise be asked for minutes.
    """

    def __init__(self, answer: float, together: float = math.inf) -> None:
        self.answer = answer
        self.begin(together)

    def begin(self, together: float) -> None:
        """All of them within so many seconds from now on."""
        self.together, self.end = together, time.monotonic() + together

    def until(self, within: float = 0, spare: float = 0) -> float:
        """When an answer has to be complete that is asked for now: `within` so many seconds, by default those of any.
        What cleans up has `spare` ones when the others are over."""
        now = time.monotonic()
        return min(now + (within or self.answer), max(self.end, now + spare))

    def left(self) -> float:
        """For the next answer, in seconds. Raises TimeoutError where there are none."""
        return remaining(self.until())

    def told(self, error: TimeoutError) -> str:
        """Which time is over, as the end of a sentence."""
        if time.monotonic() >= self.end:
            return f"all questions within {self.together:g} s"
        within = error.within if isinstance(error, Late) else self.answer
        return f"within {within:g} s"


def remaining(ends: float) -> float:
    """Seconds until then, by `time.monotonic`. Raises TimeoutError where it is over."""
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class Late(TimeoutError):  # noqa: N818 - reads as what it is
    """An answer was not complete `within` so many seconds."""

    def __init__(self, within: float) -> None:
        super().__init__()
        self.within = within


class LimitedReader:
    """Reads from a connection until `ends` (by `time.monotonic`), at most `most` bytes, and waits for none longer than
    `silence` seconds. Raises OversizedAnswer and CutOff, and Late with the `within` that the caller had.

    A time limit of each read alone lets a peer that sends a byte a second keep its reader for ever.
    """

    def __init__(
        self, connection: Connection, *, ends: float, most: int, silence: float = math.inf, within: float
    ) -> None:
        self._connection = connection
        self._ends, self._left, self._silence, self._within = ends, most, silence, within
        self._buffer = bytearray()

    def line(self) -> bytes:
        """The next line, without its end."""
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched > MOST_OF_A_HEAD:
                raise OversizedAnswer
            self._receive()
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line.removesuffix(b"\r")

    def piece(self, length: int) -> bytes:
        """Some of what comes next, at most so many bytes."""
        if not self._buffer:
            self._receive()
        taken = bytes(self._buffer[:length])
        del self._buffer[:length]
        return taken

    def rest(self) -> bytes:
        """What came along with what was read."""
        return bytes(self._buffer)

    def _receive(self) -> None:
        try:
            left = remaining(self._ends)
            self._connection.settimeout(min(left, self._silence))
            data = self._connection.recv(_CHUNK)
        except TimeoutError as error:
            raise Late(min(self._silence, self._within)) from error
        if not data:
            raise CutOff
        self._left -= len(data)
        if self._left < 0:
            raise OversizedAnswer
        self._buffer += data


class OversizedAnswer(OSError):  # noqa: N818 - reads as what it is
    """More came than any engine has to say."""


class CutOff(EOFError):  # noqa: N818 - reads as what it is
    """The connection ended before the answer did."""


def is_stream(path: str) -> bool:
    """Whether the answer to a request is one of those that are passed on piece by piece: logs and archives."""
    return path.partition("?")[0].endswith(("/logs", "/archive"))


def most_of(path: str) -> int:
    """How much of the answer to a request is read, in bytes. Who reads a stream counts himself."""
    if is_stream(path):
        return _MOST_OF_A_STREAM
    listed = path.partition("?")[0].endswith(("/containers/json", "/images/json", "/changes"))
    return _MOST_OF_A_LIST if listed else _MOST_OF_AN_OBJECT


def parsed(content: bytes) -> Any:
    """The JSON of an answer. Raises ValueError for one that is deeper, or has more parts, than any engine's: parsing it
    would take the stack or the memory."""
    if content.count(b",") + content.count(b"[") + content.count(b"{") > _MOST_PARTS:
        raise ValueError("the answer has too many parts")
    if content.count(b"[") + content.count(b"{") > _DEEPEST and _depth(content) > _DEEPEST:
        raise ValueError("the answer is too deep")
    text = content.decode("utf-8", "replace")
    if _SURROGATE.search(content):
        import json  # msgspec, which is loaded anyway, refuses them

        return _without_surrogates(json.loads(text))
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from error


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
