"""The program that looks out of a container: standard library only, Python 3.8 or later, no files, no shell.

It reads frames from its standard input and writes frames to its standard output: requests in JSON, each answered by one
JSON reply, and TCP streams side by side, so that clients on the user's machine speak from the container's network.

A frame is a type (one byte), a stream id and a length (four bytes each, big-endian), and that many bytes.
It ends with its input, and by itself when nothing was asked for a while: a doctor that was killed leaves nothing.
"""

from __future__ import annotations

import errno
import json
import os
import socket
import struct
import sys
import threading
import time
from functools import partial
from typing import Any, BinaryIO, Callable, Dict, Iterable, List, Optional, Tuple

HEADER = struct.Struct(">cII")
LARGEST_FRAME = 1024 * 1024
REQUEST, REPLY, OPEN, OPENED, DATA, END, CLOSE = b"q", b"r", b"o", b"p", b"d", b"e", b"c"
HELLO = 0
"""The stream of the first frame, which only says that the program runs."""
IDLE_S = 15.0
LIFE_S = 120.0

_CHUNK = 65536
_MOST_DIALS = 64
_CODE_BYTES = 8 * 1024 * 1024
_NO_ROUTE = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
_REFUSED = (errno.ECONNREFUSED, errno.ECONNRESET)


class BrokenFrame(Exception):  # noqa: N818 - reads as what it is
    """What was read is no frame."""


def read_frame(stream: BinaryIO) -> Optional[Tuple[bytes, int, bytes]]:
    """The next frame as (type, stream id, payload); None at the end of the input. Raises BrokenFrame."""
    header = _read(stream, HEADER.size)
    if header is None:
        return None
    kind, number, length = HEADER.unpack(header)
    if length > LARGEST_FRAME:
        raise BrokenFrame("a frame of %d bytes" % length)
    payload = _read(stream, length)
    if payload is None:
        raise BrokenFrame("the input ended within a frame")
    return kind, number, payload


def frame(kind: bytes, number: int, payload: bytes = b"") -> bytes:
    """The bytes of a frame."""
    return HEADER.pack(kind, number, len(payload)) + payload


def _read(stream: BinaryIO, length: int) -> Optional[bytes]:
    parts: List[bytes] = []
    while length:
        part = stream.read(length)
        if not part:
            return None
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


# ---- resolving and dialling ------------------------------------------------------------------------------------------


def reach(targets: Iterable[Tuple[str, int]], timeout: float) -> Dict[str, Any]:
    """Resolve every host and dial every address of it, all at once; one timeout (seconds) for both together.

    `{"resolutions": [{host, addresses, error}], "dials": [{host, address, port, outcome, latency_ms, detail}]}`;
    a port of 0 is only resolved. Outcomes are those of `model.facts.Outcome`.
    """
    wanted = list(dict.fromkeys((str(host), int(port)) for host, port in targets))
    deadline = time.monotonic() + timeout
    hosts = list(dict.fromkeys(host for host, _ in wanted))
    resolved = _all_at_once([partial(_resolve, host) for host in hosts], deadline)
    resolutions = [
        answer or {"host": host, "addresses": [], "error": "timed out after %g s" % timeout}
        for host, answer in zip(hosts, resolved)  # noqa: B905 - strict= came with Python 3.10
    ]
    addresses = {each["host"]: each["addresses"] for each in resolutions}
    dials = [(host, address, port) for host, port in wanted if port for address in addresses[host]][:_MOST_DIALS]
    outcomes = _all_at_once([partial(_dial, *dial, deadline) for dial in dials], deadline + 1)
    return {"resolutions": resolutions, "dials": [each for each in outcomes if each]}


def _resolve(host: str) -> Dict[str, Any]:
    try:
        found = socket.getaddrinfo(host, None, 0, socket.SOCK_STREAM)
        return {"host": host, "addresses": list(dict.fromkeys(str(each[4][0]) for each in found)), "error": ""}
    except (OSError, UnicodeError) as error:
        return {"host": host, "addresses": [], "error": _why(error)}


def _dial(host: str, address: str, port: int, deadline: float) -> Dict[str, Any]:
    started = time.monotonic()
    outcome, detail = "connected", ""
    try:
        socket.create_connection((address, port), max(deadline - started, 0.05)).close()
    except OSError as error:
        outcome, detail = _outcome(error), _why(error)
    took = round((time.monotonic() - started) * 1000, 2)
    return {"host": host, "address": address, "port": port, "outcome": outcome, "latency_ms": took, "detail": detail}


def _outcome(error: OSError) -> str:
    if isinstance(error, socket.timeout) or error.errno == errno.ETIMEDOUT:
        return "timed out"
    if error.errno in _REFUSED:
        return "refused"
    return "no route" if error.errno in _NO_ROUTE else "failed"


def _why(error: BaseException) -> str:
    number = getattr(error, "errno", None)
    name = errno.errorcode.get(number, "") if isinstance(number, int) else ""
    text = getattr(error, "strerror", None) or str(error)
    return ("%s (%s)" % (text, name) if name else text)[:200]


def _all_at_once(tasks: List[Callable[[], Any]], deadline: float) -> List[Any]:
    """Run each in a thread; None for what has not come back by the deadline (a resolver cannot be interrupted)."""
    results: List[Any] = [None] * len(tasks)

    def run(index: int) -> None:
        results[index] = tasks[index]()

    threads = [threading.Thread(target=run, args=(index,), daemon=True) for index in range(len(tasks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(deadline - time.monotonic(), 0.01))
    return list(results)


# ---- what else is asked ----------------------------------------------------------------------------------------------


def look(path: str) -> Dict[str, Any]:
    """The interpreter's version, the user, and whether this user can connect to the Docker socket."""
    exists, problem = os.path.exists(path), ""
    if exists:
        client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        client.settimeout(2)
        try:
            client.connect(path)
        except OSError as error:
            problem = _why(error)
        finally:
            client.close()
    version = "%d.%d.%d" % sys.version_info[:3]
    return {"python": version, "uid": os.getuid(), "socket": {"path": path, "exists": exists, "error": problem}}


def _contract(root: str) -> Dict[str, Any]:
    # In the container both sources are one program, and the names stand beside each other.
    names = globals()
    if "read_contract" in names:
        return names["read_contract"](dict(names["source_files"](root, _CODE_BYTES)))  # type: ignore[no-any-return]
    from stigmer_doctor.probe import contract

    return contract.read_contract(dict(contract.source_files(root, _CODE_BYTES)))


def answer(request: Dict[str, Any]) -> Dict[str, Any]:
    """The reply to a request; `{"error": ...}` when it failed."""
    try:
        kind = request["ask"]
        if kind == "contract":
            return _contract(request["root"])
        if kind == "look":
            return look(request["docker_socket"])
        if kind == "reach":
            return reach([(host, port) for host, port in request["targets"]], float(request["timeout"]))
        return {"error": "nobody answers %r" % kind}
    except Exception as error:  # noqa: BLE001 - whatever went wrong is the answer
        return {"error": "%s: %s" % (type(error).__name__, error)}


# ---- frames ----------------------------------------------------------------------------------------------------------


class Agent:
    """Serves frames until its input ends."""

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self._source, self._sink = source, sink
        self._writing = threading.Lock()
        self._streams: Dict[int, socket.socket] = {}
        self._last = time.monotonic()

    def serve(self) -> None:
        """Until the end of the input, or until nothing was asked for IDLE_S, or LIFE_S are over."""
        threading.Thread(target=self._watch, daemon=True).start()
        self._send(REPLY, HELLO)
        while True:
            received = read_frame(self._source)
            if received is None:
                return
            self._last = time.monotonic()
            self._handle(*received)

    def _handle(self, kind: bytes, number: int, payload: bytes) -> None:
        if kind == REQUEST:
            threading.Thread(target=self._reply, args=(number, payload), daemon=True).start()
        elif kind == OPEN:
            threading.Thread(target=self._open, args=(number, payload), daemon=True).start()
        elif kind == DATA:
            self._deliver(number, payload)
        elif kind in (END, CLOSE):
            self._end(number, kind)

    def _reply(self, number: int, payload: bytes) -> None:
        text = json.dumps(answer(json.loads(payload.decode("utf-8")))).encode("utf-8")
        if len(text) > LARGEST_FRAME:
            text = json.dumps({"error": "the answer is larger than 1 MiB"}).encode("utf-8")
        self._send(REPLY, number, text)

    def _open(self, number: int, payload: bytes) -> None:
        """Connect first and answer then: an accepted local connection must not hide a refused remote one."""
        target = json.loads(payload.decode("utf-8"))
        try:
            client = socket.create_connection((target["address"], int(target["port"])), float(target["timeout"]))
        except OSError as error:
            self._send(CLOSE, number, _why(error).encode("utf-8"))
            return
        client.settimeout(None)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._streams[number] = client
        self._send(OPENED, number)
        try:
            while True:
                data = client.recv(_CHUNK)
                if not data:
                    break
                self._last = time.monotonic()
                self._send(DATA, number, data)
            self._send(END, number)
        except OSError as error:
            self._send(CLOSE, number, _why(error).encode("utf-8"))

    def _deliver(self, number: int, payload: bytes) -> None:
        client = self._streams.get(number)
        if client is None:
            return
        try:
            client.sendall(payload)
        except OSError as error:
            self._send(CLOSE, number, _why(error).encode("utf-8"))

    def _end(self, number: int, kind: bytes) -> None:
        client = self._streams.get(number)
        if client is None:
            return
        try:
            if kind == END:
                client.shutdown(socket.SHUT_WR)
            else:
                self._streams.pop(number, None)
                client.shutdown(socket.SHUT_RDWR)  # wakes the thread that reads it
                client.close()
        except OSError:
            pass

    def _send(self, kind: bytes, number: int, payload: bytes = b"") -> None:
        with self._writing:
            try:
                self._sink.write(frame(kind, number, payload))
                self._sink.flush()
            except (OSError, ValueError):
                os._exit(0)  # nobody listens any more

    def _watch(self) -> None:
        started = time.monotonic()
        while True:
            time.sleep(0.5)
            now = time.monotonic()
            if now - self._last > IDLE_S or now - started > LIFE_S:
                os._exit(0)


def main() -> None:
    """Serve on standard input and output, as raw bytes."""
    try:
        Agent(sys.stdin.buffer, sys.stdout.buffer).serve()
    except (BrokenFrame, OSError, ValueError):
        pass
    os._exit(0)  # threads that still resolve or read would keep the process
