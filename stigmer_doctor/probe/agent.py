"""The program that looks out of a container: standard library only, Python 3.8 or later, no files, no shell.

It reads frames (see `wire`) from its standard input and writes frames to its standard output: requests in JSON, each
answered by one JSON reply, and TCP streams side by side, so that clients on the user's machine speak from the
container's network.

It ends with its input, and by itself when nothing was asked for a while: a doctor that was killed leaves nothing.
It ends as well when it takes more memory than it is given.
"""

from __future__ import annotations

import gc
import json
import os
import socket
import sys
import threading
import time
from types import CodeType
from typing import Any, BinaryIO, Dict

from stigmer_doctor.probe.dial import gateway, plain, reach, read_banners, why
from stigmer_doctor.probe.wire import (
    CLOSE,
    DATA,
    END,
    LARGEST_FRAME,
    OPEN,
    OPENED,
    REPLY,
    REQUEST,
    BrokenFrame,
    frame,
    read_frame,
)

IDLE_S = 15.0
LIFE_S = 120.0
MOST_MEMORY = 224 * 1024 * 1024
"""In bytes: less than the room that is asked for before it is started in a container with a limit."""

_CHUNK = 65536
_CODE_BYTES = 8 * 1024 * 1024

# ---- what is asked ---------------------------------------------------------------------------------------------------


def look(path: str) -> Dict[str, Any]:
    """The interpreter's version, the user, and whether this user can connect to the Docker socket."""
    if sys.platform == "win32":  # containers are Linux: for the type checker
        raise OSError("not in a container")
    exists, problem = os.path.exists(path), ""
    if exists:
        client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        client.settimeout(2)
        try:
            client.connect(path)
        except OSError as error:
            problem = why(error)
        finally:
            client.close()
    version = "%d.%d.%d" % sys.version_info[:3]
    return {"python": version, "uid": os.getuid(), "socket": {"path": path, "exists": exists, "error": problem}}


def reader_of(request: Dict[str, Any]) -> CodeType:
    """What reads code comes with the question, as source, which takes longer to compile than all that only dials, or
    compiled where both interpreters run the same."""
    if "compiled" not in request:
        return compile(request["reader"], "<stigmer-doctor>", "exec")
    import binascii
    import marshal

    return marshal.loads(binascii.a2b_base64(request["compiled"]))  # type: ignore[no-any-return] # noqa: S302 - the doctor's own, as this program is


def contract(reader: CodeType, root: str) -> Dict[str, Any]:
    """What `contract.contract_below` says of the files below a folder."""
    names: Dict[str, Any] = {"__name__": "reader"}
    exec(reader, names)  # noqa: S102 - the doctor's own, as this program is
    return names["contract_below"](root, _CODE_BYTES)  # type: ignore[no-any-return] # a dictionary, or it raises


def answer(request: Dict[str, Any]) -> Dict[str, Any]:
    """The reply to a request; `{"error": ...}` when it failed."""
    try:
        kind = request["ask"]
        if kind == "contract":
            return contract(reader_of(request), request["root"])
        if kind == "look":
            return look(request["docker_socket"])
        if kind == "reach":
            return reach([(host, port) for host, port in request["targets"]], float(request["timeout"]))
        if kind == "gateway":
            return {"gateway": gateway()}
        if kind == "hear":
            return read_banners([(address, port) for address, port in request["targets"]], float(request["timeout"]))
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
        # What reads code needs it, and will be asked for.
        threading.Thread(target=__import__, args=("ast",), daemon=True).start()
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
            client = socket.create_connection((plain(target["address"]), int(target["port"])), float(target["timeout"]))
        except OSError as error:
            self._send(CLOSE, number, why(error).encode("utf-8"))
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
            self._send(CLOSE, number, why(error).encode("utf-8"))

    def _deliver(self, number: int, payload: bytes) -> None:
        client = self._streams.get(number)
        if client is None:
            return
        try:
            client.sendall(payload)
        except OSError as error:
            self._send(CLOSE, number, why(error).encode("utf-8"))

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
            time.sleep(0.25)
            now = time.monotonic()
            if resident() > MOST_MEMORY:
                sys.stderr.write("the probe took more than %d MiB and ended itself\n" % (MOST_MEMORY >> 20))
                os._exit(1)
            if now - self._last > IDLE_S or now - started > LIFE_S:
                os._exit(0)


def resident() -> int:
    """The memory that this process takes, in bytes; 0 where the system does not tell."""
    if sys.platform == "win32":  # containers are Linux: for the type checker
        return 0
    try:
        with open("/proc/self/statm", encoding="ascii") as stream:
            return int(stream.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def main() -> None:
    """Serve on standard input and output, as raw bytes."""
    gc.disable()  # what is parsed is kept until the answer, and the process ends soon after
    sys.setswitchinterval(0.0005)  # what is dialled and passed on does not wait for what reads the code
    try:
        Agent(sys.stdin.buffer, sys.stdout.buffer).serve()
    except (BrokenFrame, OSError, ValueError):
        pass
    os._exit(0)  # threads that still resolve or read would keep the process
