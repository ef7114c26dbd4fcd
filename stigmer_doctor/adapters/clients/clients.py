"""The real protocol clients, in a process of their own (`clients.process` says why).

Starting it is the first thing that a live check does, so this module imports little before it is asked.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import threading

from stigmer_doctor.model.errors import ProbeError

TYPE_CHECKING = False  # `typing` takes 3 ms to load
if TYPE_CHECKING:
    from concurrent.futures import Future
    from typing import Any, TypeVar

    from stigmer_doctor.adapters.clients.messages import Response
    from stigmer_doctor.model.answers import BackendAnswer, LlmAnswer, RedisAnswer, TemporalAnswer
    from stigmer_doctor.model.questions import BackendQuestion, TemporalQuestion

    A = TypeVar("A", BackendAnswer, TemporalAnswer, LlmAnswer, RedisAnswer)

# The search path comes first on standard input, so that the process imports what this one would: nothing from the
# working directory that this one would not, and without the 3 ms that it takes to find out where packages are. Nothing
# else is imported before it is known what is not needed; what is loaded stays, and a few answers leave no garbage worth
# looking for.
_PROGRAM = """\
import gc, sys
gc.disable()
sys.path[:] = sys.stdin.buffer.readline()[:-1].decode("unicode_escape").split("\\0")
from stigmer_doctor import lean_imports
with lean_imports.only_what_is_used():
    lean_imports.msgspec_untried()
    from stigmer_doctor.adapters.clients.process import main
    main()
"""
_ABOVE_PACKAGE = __file__.rpartition(__name__.replace(".", os.sep))[0]
_LOADS_WITHIN_S = 20.0
_ENDED = "the process of the protocol clients has ended"


class ProtocolClients:
    """Implements the Clients port. Close it at the end."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._starting = threading.Lock()
        self._sending = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._waiting: dict[int, Future[Response]] = {}

    def backend(
        self, port: int, authority: str, question: BackendQuestion, *, timeout: float, padding: int = 0
    ) -> BackendAnswer:
        from msgspec.structs import asdict

        from stigmer_doctor.model.answers import BackendAnswer

        where = {"port": port, "authority": authority, **asdict(question)}
        return self._ask("backend", BackendAnswer, timeout=timeout, padding=padding, **where)

    def temporal(
        self, port: int, authority: str, question: TemporalQuestion, *, timeout: float, padding: int = 0
    ) -> TemporalAnswer:
        from msgspec.structs import asdict

        from stigmer_doctor.model.answers import TemporalAnswer

        where = {"port": port, "authority": authority, **asdict(question)}
        return self._ask("temporal", TemporalAnswer, timeout=timeout, padding=padding, **where)

    def llm(self, port: int, url: str, *, timeout: float, padding: int = 0) -> LlmAnswer:
        from stigmer_doctor.model.answers import LlmAnswer

        return self._ask("llm", LlmAnswer, port=port, url=url, timeout=timeout, padding=padding)

    def redis(self, port: int, *, timeout: float, padding: int = 0) -> RedisAnswer:
        from stigmer_doctor.model.answers import RedisAnswer

        return self._ask("redis", RedisAnswer, port=port, timeout=timeout, padding=padding)

    def warm_up(self) -> None:
        """Start the process, so that it loads its libraries before it is asked."""
        with self._starting:
            if self._process is None:
                self._process = _start()
                threading.Thread(target=self._listen, args=(self._process,), name="clients", daemon=True).start()

    def close(self) -> None:
        """End the process, whatever it is doing. Until the system has taken its memory apart, nobody waits."""
        with self._starting:
            if self._process is not None:
                self._process.kill()

    def _ask(self, client: str, kind: type[A], *, timeout: float, **arguments: Any) -> A:
        import msgspec

        try:
            reply = self._reply(client, timeout, {"timeout": timeout, **arguments})
        except TimeoutError as error:
            raise ProbeError(f"the {client} client did not come to an end") from error
        except OSError as error:
            raise ProbeError(_ENDED) from error
        if reply.error:
            raise ProbeError(f"the {client} client failed ({reply.error})")
        try:
            return msgspec.json.decode(reply.answer, type=kind)
        except Exception as error:  # whatever it wrote is not what it was asked for
            raise ProbeError(f"the {client} client said what makes no sense") from error

    def _reply(self, client: str, timeout: float, arguments: dict[str, Any]) -> Response:
        from concurrent.futures import Future

        import msgspec

        self.warm_up()
        number, reply = next(self._numbers), Future["Response"]()
        self._waiting[number] = reply
        try:
            with self._sending:
                _send(self._process, msgspec.json.encode([number, client, arguments]))
            return reply.result(timeout + _LOADS_WITHIN_S)
        finally:
            del self._waiting[number]

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        """Hand every answer to whoever waits for it, until the process ends."""
        for line in process.stdout or ():
            self._deliver(line)
        for future in list(self._waiting.values()):
            future.set_exception(ProbeError(_ENDED))
        process.wait()

    def _deliver(self, line: bytes) -> None:
        import msgspec

        from stigmer_doctor.adapters.clients.messages import Response

        try:
            reply = msgspec.json.decode(line, type=Response)
        except Exception:  # noqa: BLE001 - a library wrote to its standard output: the next line may be an answer
            return
        if waiting := self._waiting.get(reply.number):
            waiting.set_result(reply)


def _start() -> subprocess.Popen[bytes]:
    process = subprocess.Popen(  # noqa: S603 - this interpreter, with a program of ours
        [sys.executable, "-P", "-S", "-c", _PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    # This package may have been found by a hook, as one that is installed to be edited.
    _send(process, "\0".join([*sys.path, _ABOVE_PACKAGE]).encode("unicode_escape"))
    return process


def _send(process: subprocess.Popen[bytes] | None, line: bytes) -> None:
    if process is None or process.stdin is None or process.poll() is not None:
        raise BrokenPipeError
    process.stdin.write(line + b"\n")
    process.stdin.flush()
