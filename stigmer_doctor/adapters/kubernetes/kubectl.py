"""kubectl as a process: the user's own, with whatever it logs in with. Each has a deadline and a limit of output."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from typing import IO, NamedTuple

from stigmer_doctor.adapters.docker.limits import Deadlines, remaining
from stigmer_doctor.adapters.docker.streams import Tail
from stigmer_doctor.adapters.kubernetes.errors import TooMuch, translated
from stigmer_doctor.model.errors import EngineError
from stigmer_doctor.model.facts import EngineFault

PROGRAM = "kubectl"
_MOST_BYTES = 24 * 1024 * 1024
_CHUNK = 65536
_ENDS_WITHIN_S = 1.0


class KubectlAnswer(NamedTuple):
    """What kubectl printed, what it said on stderr, and its exit code."""

    output: bytes
    said: str
    code: int


class Kubectl:
    """kubectl for one context and namespace; "" leaves the choice to kubectl. `times` are how long it is waited for."""

    def __init__(self, environ: Mapping[str, str], times: Deadlines, *, context: str = "", namespace: str = "") -> None:
        self._environ = {**environ, "LC_ALL": "C"}
        self.times, self.context, self.namespace = times, context, namespace

    def command(self, *words: str) -> list[str]:
        """The command line. Values stand in one word with their option, so that none is taken for another."""
        context = [f"--context={self.context}"] if self.context else []
        namespace = [f"--namespace={self.namespace}"] if self.namespace else []
        return [PROGRAM, *context, *namespace, *words]

    def ask(self, *words: str, most: int = _MOST_BYTES) -> bytes:
        """What it prints. Raises EngineError, NotFound and Refused; TooMuch where it prints more than `most` bytes."""
        answer = self.answer(*words, most=most)
        if answer.code:
            raise translated(answer.said, self.context)
        return answer.output

    def answer(self, *words: str, most: int = _MOST_BYTES) -> KubectlAnswer:
        """The same, whatever its exit code."""
        try:
            left = remaining(self.times.until())
            process = subprocess.Popen(  # noqa: S603 - the user's own kubectl, without a shell
                self.command(*words),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=self._environ,
                process_group=0,
            )
        except FileNotFoundError as error:
            message = "kubectl is not installed, or not where PATH leads: the doctor asks a cluster through it"
            raise EngineError(EngineFault.UNREACHABLE, message) from error
        except TimeoutError as error:
            raise self._late(error) from error
        except OSError as error:
            message = f"kubectl cannot be started: {error.strerror or type(error).__name__}"
            raise EngineError(EngineFault.UNREACHABLE, message) from error
        return self._read(process, left, most)

    def _read(self, process: subprocess.Popen[bytes], left: float, most: int) -> KubectlAnswer:
        output, said = _Kept(most), Tail()
        readers = [_pump(process.stdout, output.add), _pump(process.stderr, said.add)]
        try:
            process.wait(left)
        except subprocess.TimeoutExpired as error:
            raise self._late(TimeoutError()) from error
        finally:
            _end(process)
            for reader in readers:
                reader.join(_ENDS_WITHIN_S)
        if output.over:
            raise TooMuch(f"kubectl prints more than {most // 1024 // 1024} MiB of it")
        return KubectlAnswer(bytes(output.kept), said.text(), process.returncode)

    def _late(self, error: TimeoutError) -> EngineError:
        where = f" (context {self.context})" if self.context else ""
        return EngineError(EngineFault.TIMED_OUT, f"kubectl{where} did not answer {self.times.told(error)}")


class _Kept:
    """What was printed, up to a limit."""

    def __init__(self, most: int) -> None:
        self.kept, self.over, self._most = bytearray(), False, most

    def add(self, data: bytes) -> None:
        if len(self.kept) + len(data) > self._most:
            self.over = True
            raise BrokenPipeError  # nothing more is read, and what still writes ends of it
        self.kept += data


def _pump(stream: IO[bytes] | None, take: Callable[[bytes], None]) -> threading.Thread:
    def pump() -> None:
        with contextlib.suppress(OSError, ValueError):
            while stream and (data := stream.read1(_CHUNK)):  # type: ignore[attr-defined] # a buffered pipe has it
                take(data)
        if stream:
            with contextlib.suppress(OSError):
                stream.close()

    thread = threading.Thread(target=pump, name="kubectl", daemon=True)
    thread.start()
    return thread


def _end(process: subprocess.Popen[bytes]) -> None:
    """With what it has started: a login plugin keeps the pipes open."""
    if process.poll() is not None:
        return
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
