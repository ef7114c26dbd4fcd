"""The program that looks out of a container: standard library only, Python 3.8 or later, no files, no shell.

It reads frames (see `wire`) from its standard input and writes frames to its standard output: requests, each answered
by one reply in JSON, and TCP streams side by side, so that clients on the user's machine speak from the container's
network.

It ends with its input, and by itself when nothing was asked for a while: a doctor that was killed leaves nothing.
It ends as well when it takes more memory than it is given.
"""

from __future__ import annotations

import _socket  # why not `socket`, `threading` and `json`: see `dial`
import _thread
import gc
import marshal
import os
import sys
import time
from typing import Any, BinaryIO, Dict

try:
    from _json import encode_basestring_ascii as _quoted
except ImportError:
    from json.encoder import encode_basestring_ascii as _quoted

from stigmer_doctor.probe.dial import connected, gateway, reach, read_banners, why
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
_WORDS = {None: "null", True: "true", False: "false"}

# ---- what is asked ---------------------------------------------------------------------------------------------------


def look(path: str) -> Dict[str, Any]:
    """The interpreter's version, the user, and whether this user can connect to the Docker socket."""
    if sys.platform == "win32":  # containers are Linux: for the type checker
        raise OSError("not in a container")
    exists, problem = os.path.exists(path), ""
    if exists:
        client = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        client.settimeout(2)
        try:
            client.connect(path)
        except OSError as error:
            problem = why(error)
        finally:
            client.close()
    version = "%d.%d.%d" % sys.version_info[:3]
    return {"python": version, "uid": os.getuid(), "socket": {"path": path, "exists": exists, "error": problem}}


def reader_of(request: Dict[str, Any]) -> Any:
    """What reads code comes with the question, as source, which takes longer to compile than all that only dials, or
    compiled where both interpreters run the same."""
    if "compiled" not in request:
        return compile(request["reader"], "<stigmer-doctor>", "exec")
    return marshal.loads(request["compiled"])  # noqa: S302 - the doctor's own, as this program is


def contract(reader: Any, root: str) -> Dict[str, Any]:
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


def written(value: Any) -> str:
    """A value as JSON."""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, dict):
        return "{%s}" % ",".join(["%s:%s" % (_quoted(name), written(part)) for name, part in value.items()])
    if isinstance(value, (list, tuple)):
        return "[%s]" % ",".join([written(part) for part in value])
    return _WORDS[value] if value is None or isinstance(value, bool) else repr(value)


# ---- frames ----------------------------------------------------------------------------------------------------------


class Agent:
    """Serves frames until its input ends."""

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self._source, self._sink = source, sink
        self._writing = _thread.allocate_lock()
        self._streams: Dict[int, _socket.socket] = {}
        self._last = time.monotonic()

    def serve(self) -> None:
        """Until the end of the input, or until nothing was asked for IDLE_S, or LIFE_S are over."""
        _thread.start_new_thread(self._watch, ())
        # What reads code needs it, and will be asked for.
        _thread.start_new_thread(__import__, ("_ast",))
        while True:
            received = read_frame(self._source)
            if received is None:
                return
            self._last = time.monotonic()
            self._handle(*received)

    def _handle(self, kind: bytes, number: int, payload: bytes) -> None:
        if kind == REQUEST:
            _thread.start_new_thread(self._reply, (number, payload))
        elif kind == OPEN:
            _thread.start_new_thread(self._open, (number, payload))
        elif kind == DATA:
            self._deliver(number, payload)
        elif kind in (END, CLOSE):
            self._end(number, kind)

    def _reply(self, number: int, payload: bytes) -> None:
        text = written(answer(marshal.loads(payload))).encode("ascii")  # noqa: S302 - the doctor's, as this program is
        if len(text) > LARGEST_FRAME:
            text = written({"error": "the answer is larger than 1 MiB"}).encode("ascii")
        self._send(REPLY, number, text)

    def _open(self, number: int, payload: bytes) -> None:
        """Connect first and answer then: an accepted local connection must not hide a refused remote one."""
        target = marshal.loads(payload)  # noqa: S302 - as above
        try:
            client = connected(target["address"], target["port"], target["timeout"])
        except OSError as error:
            self._send(CLOSE, number, why(error).encode("utf-8"))
            return
        client.settimeout(None)
        client.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
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
                client.shutdown(_socket.SHUT_WR)
            else:
                self._streams.pop(number, None)
                client.shutdown(_socket.SHUT_RDWR)  # wakes the thread that reads it
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
