"""A Docker engine in this process that answers what it is told to: no socket, no thread, no time."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

from stigmer_doctor.adapters.docker.address import EngineAddress
from stigmer_doctor.adapters.docker.dial import Dialer
from stigmer_doctor.adapters.docker.engine import DockerEngine
from stigmer_doctor.adapters.docker.limits import Deadlines
from stigmer_doctor.adapters.docker.streams import FRAME_HEADER
from stigmer_doctor.probe import wire
from tests.hostile.answers import CALLS, body_of, call_of
from tests.hostile.faults import head, whole

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
    """A dialer whose connections are answered here: by `replaced` bodies, by call or by what the probe is asked, else
    decently."""

    def __init__(self, replaced: Mapping[str, bytes] | None = None) -> None:
        super().__init__(ADDRESS, _DEADLINE_S)
        self.replaced = dict(replaced or {})
        self.asked: set[str] = set()

    def __call__(self, within: float) -> Any:  # noqa: ARG002 - the signature of a dialer
        return _Connection(self.answer)

    stream = __call__

    def opened(self) -> DockerEngine:
        return DockerEngine(ADDRESS, Deadlines(_DEADLINE_S), self)

    def answer(self, method: str, target: str) -> bytes | None:
        """The whole answer to a request; None where a program is attached to."""
        call = call_of(method, target)
        self.asked.add(call)
        if call and CALLS[call][2] is None:
            return None
        if not call:
            return whole(b'{"message": "page not found"}', "404 Not Found")
        kind = "application/vnd.docker.multiplexed-stream" if call == "logs" else "application/json"
        return whole(self.replaced.get(call, body_of(call) if call not in self.replaced else b""), kind=kind)

    def reply(self, question: str) -> bytes:
        """What the probe replies."""
        self.asked.add(question)
        return self.replaced.get(question, json.dumps(PROBE[question]).encode())


class _Connection:
    """As much of a socket as a session and a channel use."""

    def __init__(self, answer: Callable[[str, str], bytes | None]) -> None:
        self._answer, self._reply = answer, answer.__self__.reply  # type: ignore[attr-defined] # a bound method
        self._received, self._sent = bytearray(), bytearray()
        self._attached = self._closed = False
        self._program = -1
        self._ready = threading.Condition()

    def settimeout(self, seconds: float | None, /) -> None: ...
    def setsockopt(self, *_: int) -> None: ...

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
            self._work()
            self._ready.notify_all()

    def recv(self, length: int, /) -> bytes:
        with self._ready:
            self._ready.wait_for(lambda: self._sent or self._closed or not self._attached, _DEADLINE_S)
            taken = bytes(self._sent[:length])
            del self._sent[:length]
            return taken

    def _work(self) -> None:
        if not self._attached:
            first, ended, _ = bytes(self._received).partition(b"\r\n\r\n")
            if not ended:
                return
            method, target = first.decode().split(" ", 2)[:2]
            answer = self._answer(method, target)
            self._received.clear()
            self._attached = answer is None
            self._sent += answer or head("101 UPGRADED", "Connection: Upgrade", "Upgrade: tcp")
            return
        if self._program < 0 and len(self._received) >= 4:
            self._program = 4 + int.from_bytes(self._received[:4], "big")
        if self._program > 0 and len(self._received) >= self._program:
            del self._received[: self._program]
            self._program = 0
            self._write(wire.frame(wire.REPLY, wire.HELLO))
        while self._program == 0 and len(self._received) >= wire.HEADER.size:
            kind, number, length = wire.HEADER.unpack(self._received[: wire.HEADER.size])
            payload = bytes(self._received[wire.HEADER.size : wire.HEADER.size + length])
            del self._received[: wire.HEADER.size + length]
            if kind == wire.REQUEST:
                self._write(wire.frame(wire.REPLY, number, self._reply(json.loads(payload)["ask"])))

    def _write(self, data: bytes) -> None:
        self._sent += FRAME_HEADER.pack(1, len(data)) + data
