"""Frames of many streams over one channel: each waiter gets its own."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator

from stigmer_doctor.model.errors import ProbeError
from stigmer_doctor.probe import wire

_MOST_WAITING = 64


class Incoming:
    """What has arrived for one stream. Bounded: a container that floods it is cut off."""

    def __init__(self) -> None:
        self._queue: queue.Queue[tuple[bytes, bytes] | None] = queue.Queue(_MOST_WAITING)

    def take(self, within: float) -> tuple[bytes, bytes] | None:
        """The next (type, payload); None when none came in time (seconds) or the channel failed."""
        try:
            return self._queue.get(timeout=within)
        except queue.Empty:
            return None

    def put(self, item: tuple[bytes, bytes] | None) -> bool:
        try:
            self._queue.put(item, timeout=5)
        except queue.Full:
            return False
        return True


class Streams:
    """The streams that are open. `failure` says why there can be no more, "" while all is well."""

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send = send
        self._writing = threading.Lock()
        self._open: dict[int, Incoming] = {}
        self.failure = ""

    @contextlib.contextmanager
    def opened(self, number: int) -> Iterator[Incoming]:
        """The arrivals of one stream, for as long as somebody waits for them."""
        incoming = self._open[number] = Incoming()
        if self.failure:
            incoming.put(None)
        try:
            yield incoming
        finally:
            self._open.pop(number, None)

    def send(self, kind: bytes, number: int, payload: bytes = b"") -> None:
        """Send one frame. Raises ProbeError when the channel is gone."""
        try:
            with self._writing:
                self._send(wire.frame(kind, number, payload))
        except OSError as error:
            raise ProbeError(self.failure or f"the probe is gone: {error}") from error

    def deliver(self, kind: bytes, number: int, payload: bytes) -> None:
        """Hand a frame to whoever waits for it; nobody may, any more."""
        incoming = self._open.get(number)
        if incoming is not None and not incoming.put((kind, payload)):
            raise ProbeError("the probe sends more than is taken")

    def fail(self, reason: str) -> None:
        """Wake everybody who waits: nothing more will come."""
        self.failure = reason
        for incoming in list(self._open.values()):
            incoming.put(None)
