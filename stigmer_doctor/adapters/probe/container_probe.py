"""The doctor's program inside a container, seen from here: requests, answers and tunnels over one channel."""

from __future__ import annotations

import contextlib
import itertools
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from stigmer_doctor.adapters.docker.byte_streams import Incoming, Streams
from stigmer_doctor.adapters.docker.lenient import is_number
from stigmer_doctor.adapters.docker.limits import parsed
from stigmer_doctor.adapters.probe import compiled
from stigmer_doctor.adapters.probe.tunnel import tunnel
from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.engine_ports import Channel
from stigmer_doctor.model.errors import ProbeError
from stigmer_doctor.model.ports import Banner, Json
from stigmer_doctor.model.reach import Dial, LeftOut, Outcome, Reach, Resolution, Vantage
from stigmer_doctor.probe import wire
from stigmer_doctor.probe.dial import MOST_DIALS

if TYPE_CHECKING:
    from stigmer_doctor.model.answers import SocketProbe

# -I -S: nothing of the image's own site-packages or variables; -B: it writes no file; -u: frames leave at once.
OPTIONS = ["-I", "-S", "-B", "-u", "-c"]
# First of all: where memory runs out, the kernel ends this program and not the runner. Then the mark, as in `compiled`.
BOOTSTRAP = (
    "try:open('/proc/self/oom_score_adj','w').write('1000')\n"
    "except OSError:pass\n"
    "import marshal as l,sys;i=sys.modules.get('_frozen_importlib_external');"
    "m='%s %s'%(sys.implementation.name,getattr(i,'MAGIC_NUMBER',b'').hex());"
    "r=sys.stdin.buffer.read;p=l.loads(r(int.from_bytes(r(4),'big')));"
    "exec(l.loads(p[m])if m in p else compile(p[''],'<stigmer-doctor>','exec'),{'__name__':'probe','MARK':m})"
)
GREETING = ("wire", "hello")
MODULES = (*GREETING, "dial", "agent")
READER = (
    *(
        "syntax",
        "value",
        "module",
        "program",
        "frames",
        "expressions",
        "names",
        "parameters",
        "objects",
        "calls",
        "evaluator",
    ),
    *("clients", "variable_files", "contract"),
)
"""What says that it runs, what dials, and what reads the image's code: each in an order in which every module finds
what it needs."""
_FUTURE = "from __future__ import annotations"
# Types are for us alone: importing their names takes as long as compiling what dials.
_LEFT_OUT = compiled_later(r"(?m)^from (?:__future__|stigmer_doctor|typing)\b[^\n(]*(?:\([^)]*\))?$")
_ANSWERS_WITHIN_S = 10.0
_MOST_ADDRESSES = 256
"""Of one name, and of names: more than anybody's. Each address costs a listener here."""
_LAST_PORT, _MOST_USERS = 2**16 - 1, 2**32


def command(interpreter: str) -> list[str]:
    """The command line that waits for the program on its standard input: it carries nothing else."""
    return [interpreter, *OPTIONS, BOOTSTRAP]


def program() -> bytes:
    """What goes in first: a length of four bytes, and what dials, as source and, if it is kept, compiled."""

    def both() -> bytes:
        return wire.asking({"": dialler(), compiled.MARK: compiled.code_of(dialler())})

    whole = compiled.kept("program", _files(MODULES), both) or wire.asking({"": dialler()})
    return len(whole).to_bytes(4, "big") + whole


def dialler() -> str:
    """The source of what dials. It says hello before it loads what it dials with."""
    rest = MODULES[len(GREETING) :]
    return "\n".join([joined(GREETING), "say_hello(MARK)", *map(_text, rest), "main()\n"])


def joined(modules: Iterable[str]) -> str:
    """Modules of the probe as one source, in which all names stand together."""
    return "\n".join([_FUTURE, *map(_text, modules)])


def _text(module: str) -> str:
    import pkgutil  # usually this is kept

    return _LEFT_OUT.sub("", (pkgutil.get_data("stigmer_doctor.probe", f"{module}.py") or b"").decode())


def _files(modules: Iterable[str]) -> list[str]:
    folder = os.path.dirname(wire.__file__)  # noqa: PTH120 - as the import system does
    return [os.path.join(folder, f"{name}.py") for name in modules]  # noqa: PTH118 - as above


class Probe:
    """Implements ContainerProbe. A thread of its own reads what comes back and hands it to whoever waits."""

    def __init__(self, channel: Channel, vantage: Vantage, sent: Callable[[], object] = lambda: None) -> None:
        self.vantage = vantage
        self._channel = channel
        self._numbers = itertools.count(1)
        self._streams = Streams(channel.send)
        self._reader = threading.Thread(target=self._read, name="probe", daemon=True)
        with self._streams.opened(wire.HELLO) as incoming:
            self._reader.start()
            try:
                channel.send(program())
                sent()
                self._mark = self._next(incoming, _ANSWERS_WITHIN_S)[1]
            except (OSError, ProbeError) as error:
                self._reader.join(1)
                channel.close()
                raise ProbeError(self._streams.failure or str(error)) from error

    @property
    def failure(self) -> str:
        return self._streams.failure

    def contract(self, root: str) -> Json:
        same = self._mark == compiled.MARK.encode()
        code = compiled.kept("reader", _files(READER), lambda: compiled.code_of(joined(READER))) if same else None
        reader = {"compiled": code} if code else {"reader": joined(READER)}
        return self._ask({"ask": "contract", "root": root, **reader})

    def look(self, docker_socket: str) -> tuple[str, int, SocketProbe]:
        from stigmer_doctor.model.answers import SocketProbe

        seen = self._ask({"ask": "look", "docker_socket": docker_socket})
        with _making_sense():
            socket = seen["socket"]
            probed = SocketProbe(path=str(socket["path"]), exists=bool(socket["exists"]), error=str(socket["error"]))
            return str(seen["python"]), _number(seen["uid"], _MOST_USERS), probed

    def reach(self, targets: Iterable[tuple[str, int]], timeout: float) -> Reach:
        asked = {"ask": "reach", "targets": list(targets), "timeout": timeout}
        return reach_of(self._ask(asked, within=timeout + _ANSWERS_WITHIN_S), self.vantage)

    def gateway(self) -> str:
        return str(self._ask({"ask": "gateway"}).get("gateway", ""))

    def read_banners(self, targets: Iterable[tuple[str, int]], timeout: float) -> tuple[Banner, ...]:
        asked = {"ask": "hear", "targets": list(targets), "timeout": timeout}
        return heard_of(self._ask(asked, within=timeout + _ANSWERS_WITHIN_S))

    @contextlib.contextmanager
    def tunnel(self, address: str, port: int) -> Iterator[int]:
        """A port on this machine's loopback that leads to `address:port` as seen from inside, while it is open."""
        with tunnel(self._streams, self._numbers, address, port) as local:
            yield local

    def close(self) -> None:
        """End the program: its input ends, and with it the thread that reads."""
        self._channel.close()

    def _ask(self, request: Json, within: float = _ANSWERS_WITHIN_S) -> dict[str, Any]:
        number = next(self._numbers)
        with self._streams.opened(number) as incoming:
            self._streams.send(wire.REQUEST, number, wire.asking(request))
            kind, payload = self._next(incoming, within)
        if kind != wire.REPLY:
            raise ProbeError("the probe answered with something else")
        with _making_sense("the probe's answer is not JSON"):
            answer = parsed(payload)
        if not isinstance(answer, dict) or "error" in answer:
            raise ProbeError(f"the probe could not tell: {answer['error'] if isinstance(answer, dict) else answer!r}")
        return answer

    def _next(self, incoming: Incoming, within: float) -> tuple[bytes, bytes]:
        received = incoming.take(within)
        if received is not None:
            return received
        if self._streams.failure:
            raise ProbeError(self._streams.failure)
        raise ProbeError(f"the probe did not answer within {within:g} s")

    def _read(self) -> None:
        """Cut what comes back into frames until the channel ends."""
        failure = ""
        stream = _Buffered(self._channel)
        try:
            while (received := wire.read_frame(stream)) is not None:  # type: ignore[arg-type] # it only reads
                self._streams.deliver(*received)
        except wire.BrokenFrame as error:
            failure = stream.text() or f"the probe sent something that is not an answer ({error})"
        except ProbeError as error:
            failure = str(error)
        except Exception as error:  # noqa: BLE001 - whoever waits is to be woken, whatever came
            failure = f"what the probe sent makes no sense ({type(error).__name__})"
        said = self._channel.stderr().strip().splitlines()
        self._streams.fail(failure or (said[-1] if said else "the probe ended before it answered"))


class PodProbe(Probe):
    """The same in a pod: in the runner's container there, or in an ephemeral one beside it."""

    def __init__(self, channel: Channel, vantage: Vantage, sent: Callable[[], object] = lambda: None) -> None:
        in_pod = Vantage.POD if vantage is Vantage.CONTAINER else Vantage.DEBUG_CONTAINER
        super().__init__(channel, in_pod, sent)


class _Buffered:
    """Exact reads over a channel that gives what it has."""

    def __init__(self, channel: Channel) -> None:
        self._channel, self._buffer, self._first = channel, b"", b""

    def text(self) -> str:
        """The first thing that came, when it is a sentence: an engine that could not start the program says so here."""
        line = self._first.decode("ascii", "replace").strip()
        return line if line.isprintable() else ""

    def read(self, length: int) -> bytes:
        while not self._buffer:
            self._buffer = self._channel.receive()
            self._first = self._first or self._buffer
            if not self._buffer:
                return b""
        taken, self._buffer = self._buffer[:length], self._buffer[length:]
        return taken


def heard_of(answer: Json) -> tuple[Banner, ...]:
    """What `dial.read_banners` returned. Raises ProbeError when it makes no sense."""
    with _making_sense():
        return tuple(
            Banner(
                address=str(hit["address"]),
                port=_number(hit["port"], _LAST_PORT),
                outcome=Outcome(hit["outcome"]),
                latency_ms=_milliseconds(hit["latency_ms"]),
                said=str(hit["said"]),
            )
            for hit in answer["heard"][:MOST_DIALS]
        )


def reach_of(answer: Json, vantage: Vantage) -> Reach:
    """The facts in what `dial.reach` returned. Raises ProbeError when it makes no sense: none is trusted."""
    with _making_sense():
        return Reach(
            vantage=vantage,
            resolutions=tuple(
                Resolution(
                    host=str(resolution["host"]),
                    addresses=tuple(map(str, resolution["addresses"][:_MOST_ADDRESSES])),
                    error=str(resolution["error"]),
                )
                for resolution in answer["resolutions"][:_MOST_ADDRESSES]
            ),
            dials=tuple(
                Dial(
                    host=str(dial["host"]),
                    address=str(dial["address"]),
                    port=_number(dial["port"], _LAST_PORT),
                    outcome=Outcome(dial["outcome"]),
                    latency_ms=_milliseconds(dial["latency_ms"]),
                    detail=str(dial["detail"]),
                )
                for dial in answer["dials"][:MOST_DIALS]
            ),
            left_out=tuple(
                LeftOut(host=str(other["host"]), address=str(other["address"]), port=_number(other["port"], _LAST_PORT))
                for other in answer["left_out"][:_MOST_ADDRESSES]
            ),
        )


@contextlib.contextmanager
def _making_sense(complaint: str = "the probe's answer makes no sense") -> Iterator[None]:
    """Whatever an answer breaks that is read within, it raises ProbeError."""
    try:
        yield
    except Exception as error:  # an image's program answers: anything may be in it
        raise ProbeError(complaint) from error


def _number(value: object, most: int) -> int:
    if not is_number(value) or not 0 <= value <= most:
        raise ValueError("not such a number")
    return int(value)


def _milliseconds(value: object) -> float:
    if not is_number(value):
        raise ValueError("not a time")
    return float(value)
