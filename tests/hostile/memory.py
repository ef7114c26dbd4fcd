"""A Docker engine in this process that answers what it is told to: no socket, no thread, no time."""

from __future__ import annotations

import errno
import json
import marshal
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from stigmer_doctor.adapters.docker.address import EngineAddress
from stigmer_doctor.adapters.docker.dial import Dialer
from stigmer_doctor.adapters.docker.engine import DockerEngine
from stigmer_doctor.adapters.docker.limits import Deadlines
from stigmer_doctor.adapters.docker.streams import FRAME_HEADER
from stigmer_doctor.probe import wire
from tests.hostile.answers import CALLS, body_of, call_of
from tests.hostile.engine import EVERY
from tests.hostile.faults import Fault, Reset, head, whole

ADDRESS = EngineAddress(url="unix:///engine", source="the test")
_DEADLINE_S = 5.0

CONTRACT = {
    "reads": [
        {
            "name": "TEMPORAL_SERVICE_ADDRESS",
            "default": "localhost:7233",
            "required": False,
            "when": "",
            "locator": "config.py:1",
            "fallback": "",
            "others": [],
            "known": True,
            "library": "",
        }
    ],
    "uses": [
        {
            "protocol": "temporal",
            "client": "Client.connect",
            "part": "address",
            "locator": "main.py:1",
            "when": "",
            "variables": ["TEMPORAL_SERVICE_ADDRESS"],
            "skipped": [],
            "defaults": [],
            "literals": [],
            "omitted": False,
            "known": True,
        }
    ],
    "computed": ["SOME_PREFIX_"],
    "errors": ["not all of it was read"],
}
DIAL = {
    "host": "localhost",
    "address": "127.0.0.1",
    "port": 1,
    "outcome": "refused",
    "latency_ms": 0.1,
    "detail": "refused",
}
REACH = {
    "resolutions": [{"host": "localhost", "addresses": ["127.0.0.1"], "error": ""}],
    "dials": [DIAL],
    "left_out": [{"host": "localhost", "address": "::1", "port": 1}],
}
HEARD = {"heard": [{"address": "127.0.0.1", "port": 1, "outcome": "connected", "latency_ms": 0.1, "said": "hello"}]}
LOOKED = {"python": "3.11.7", "uid": 1000, "socket": {"path": "/var/run/docker.sock", "exists": True, "error": ""}}
PROBE: Mapping[str, Any] = {
    "contract": CONTRACT,
    "reach": REACH,
    "hear": HEARD,
    "look": LOOKED,
    "gateway": {"gateway": "172.17.0.1"},
}
"""What the program in the container replies, by what it is asked."""


class MemoryEngine(Dialer):
    """A dialer whose connections are answered here: by `replaced` bodies, by call or by what the probe is asked, or
    with the `fault` of a call, else decently."""

    def __init__(self, replaced: Mapping[str, bytes] | None = None, call: str = "", fault: Fault | None = None) -> None:
        super().__init__(ADDRESS, _DEADLINE_S)
        self._replaced, self._call, self._fault = dict(replaced or {}), call, fault

    def __call__(self, within: float) -> Any:  # noqa: ARG002 - the signature of a dialer
        return _Connection(self)

    stream = __call__

    def opened(self) -> DockerEngine:
        return DockerEngine(ADDRESS, Deadlines(_DEADLINE_S), self)

    def answer(self, method: str, target: str) -> Iterator[bytes] | None:
        """The whole answer to a request; None where a program is attached to."""
        call = call_of(method, target)
        if self._fault and self._call in (call, EVERY):
            return self._fault(body_of(call))
        if call and CALLS[call][2] is None:
            return None
        if not call:
            return iter([whole(b'{"message": "page not found"}', "404 Not Found")])
        kind = "application/vnd.docker.multiplexed-stream" if call == "logs" else "application/json"
        return iter([whole(self._replaced.get(call, body_of(call)), kind=kind)])

    def reply(self, question: str) -> bytes:
        """What the probe replies."""
        return self._replaced.get(question, json.dumps(PROBE[question]).encode())


class _Connection:
    """As much of a socket as a session and a channel use. It is answered when it is read from; what is attached to is a
    probe that runs at once."""

    def __init__(self, engine: MemoryEngine) -> None:
        self._engine = engine
        self._received, self._sent = bytearray(), bytearray()
        self._answer: Iterator[bytes] = iter(())
        self._attached = self._closed = False
        self._program = -1  # how much of it is still to come; -1 before its length came
        self._ready = threading.Condition()

    def settimeout(self, seconds: float | None, /) -> None: ...

    def dup(self) -> _Connection:
        return self

    def shutdown(self, _: int) -> None:
        self.close()

    def close(self) -> None:
        with self._ready:
            self._closed = True
            self._ready.notify_all()

    def sendall(self, data: bytes, /) -> None:
        with self._ready:
            if self._closed:
                raise BrokenPipeError
            self._received += data
            self._read_frames() if self._attached else self._read_request()
            self._ready.notify_all()

    def recv(self, length: int, /) -> bytes:
        with self._ready:
            if self._attached:
                self._ready.wait_for(lambda: self._sent or self._closed, _DEADLINE_S)
            while not self._sent and not self._closed and (piece := self._piece()) is not None:
                self._sent += piece
            taken = bytes(self._sent[:length])
            del self._sent[:length]
            return taken

    def _piece(self) -> bytes | None:
        try:
            return next(self._answer, None)
        except Reset:
            raise ConnectionResetError(errno.ECONNRESET, "reset") from None

    def _read_request(self) -> None:
        first, ended, _ = bytes(self._received).partition(b"\r\n\r\n")
        if ended:
            self._received.clear()
            method, target = first.decode().split(" ", 2)[:2]
            answer = self._engine.answer(method, target)
            self._attached = answer is None
            self._answer = answer or iter(())
            self._sent += head("101 UPGRADED", "Connection: Upgrade", "Upgrade: tcp") if self._attached else b""

    def _read_frames(self) -> None:
        if self._program < 0 and len(self._received) >= 4:
            self._program = 4 + int.from_bytes(self._received[:4], "big")
        if 0 < self._program <= len(self._received):
            del self._received[: self._program]
            self._program = 0
            self._write(wire.frame(wire.REPLY, wire.HELLO))
        while self._program == 0 and len(self._received) >= wire.HEADER.size:
            kind, number, length = wire.HEADER.unpack(self._received[: wire.HEADER.size])
            payload = bytes(self._received[wire.HEADER.size : wire.HEADER.size + length])
            del self._received[: wire.HEADER.size + length]
            if kind == wire.REQUEST:
                self._write(wire.frame(wire.REPLY, number, self._engine.reply(marshal.loads(payload)["ask"])))

    def _write(self, data: bytes) -> None:
        self._sent += FRAME_HEADER.pack(1, len(data)) + data
