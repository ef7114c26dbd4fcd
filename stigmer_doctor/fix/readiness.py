"""Waits for a new container's worker: until it is ready and Temporal lists its own poller, or its start has failed.

Cheap on purpose: what is asked while it waits is the log, and Temporal once the log says that the worker is ready.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from stigmer_doctor.analysis.log import message
from stigmer_doctor.analysis.pollers import worker_pollers
from stigmer_doctor.analysis.startup import Startup, last_failure, startup
from stigmer_doctor.collect import inside
from stigmer_doctor.collect.configuration import configuration
from stigmer_doctor.collect.container import container
from stigmer_doctor.collect.links import ask
from stigmer_doctor.collect.logs import logs
from stigmer_doctor.collect.options import CollectOptions, Ports
from stigmer_doctor.model.engine_ports import EngineClient
from stigmer_doctor.model.errors import DoctorError
from stigmer_doctor.model.facts import Container, Contract, Logs, NotMeasured, TemporalAnswer
from stigmer_doctor.model.ports import ContainerProbe

_BETWEEN_S = 1.0
_SAY_EVERY_S = 15.0
# A worker that is ready asks for tasks at once.
_FIRST_REQUEST_S = 90.0
_LOG_LINES, _LOG_BYTES = 2000, 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How long is waited, in seconds, and what for. `contract` is what the image's code reads; `say` tells a person how
    it goes on."""

    seconds: float
    contract: Contract
    collect_options: CollectOptions
    ports: Ports
    say: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Readiness:
    """The wait for one container."""

    def __init__(self, container_id: str, engine: EngineClient, waiting: Waiting) -> None:
        self._id, self._engine, self._waiting = container_id, engine, waiting
        self._probe: ContainerProbe | NotMeasured | None = None
        self._ready_at: float | None = None
        self._missing = ""

    def problem(self) -> str:
        """Why its worker does not work, "" when it does."""
        try:
            return self._wait()
        finally:
            self._close()

    def _wait(self) -> str:
        waiting = self._waiting
        began = waiting.clock()
        said = began
        while True:
            if (found := self._look()) is not None:
                return found
            now = waiting.clock()
            if now - began >= waiting.seconds:
                return f"{self._missing} after {waiting.seconds:.0f} s (--wait)"
            if now - said >= _SAY_EVERY_S:
                said = now
                waiting.say(f"Still waiting, {now - began:.0f} s of at most {waiting.seconds:.0f} s: {self._missing}.")
            waiting.sleep(_BETWEEN_S)

    def _look(self) -> str | None:
        """What is wrong, "" when all is well, and None when that cannot be told yet."""
        facts = container(self._engine.container(self._id), None, {}, self._waiting.ports.redactor)
        written = self._logs(facts)
        match startup(facts, self._waiting.ports.profile, logs=written):
            case Startup.NOT_RUNNING | Startup.FAILED:
                return self._failure(facts, written)
            case Startup.STARTING:
                ready = self._waiting.ports.profile.worker_ready
                self._missing = f'its log does not say "{ready}"'
                return self._failure(facts, written) if facts.restart_count else None
            case stage:
                return self._polls(facts, stage)

    def _logs(self, facts: Container) -> Logs | NotMeasured:
        try:
            raw, truncated = self._engine.logs(self._id, lines=_LOG_LINES, max_bytes=_LOG_BYTES)
        except DoctorError as error:
            return NotMeasured(reason=str(error))
        return logs(raw, facts.state, self._waiting.ports.redactor, truncated=truncated)

    def _failure(self, facts: Container, written: Logs | NotMeasured) -> str:
        failure = last_failure(self._waiting.ports.profile, logs=written)
        state = facts.state
        ended = f"it is {state.status}, exit code {state.exit_code}" if not facts.running else "its start failed"
        if failure is None:
            return ended
        error = message(failure.error[0].text) if failure.error else ""
        return f"{ended}: {failure.step}{f' ({error})' if error else ''}"

    def _polls(self, facts: Container, stage: Startup) -> str | None:
        now = self._waiting.clock()
        self._ready_at = now if self._ready_at is None else self._ready_at
        answer = self._temporal(facts)
        if isinstance(answer, NotMeasured) or answer.pollers is None:
            reason = answer.reason if isinstance(answer, NotMeasured) else "Temporal did not say who polls"
            self._missing = f"whether its worker polls could not be asked: {reason}"
        else:
            now_at, unasked = self._waiting.ports.now(), NotMeasured(reason="not asked")
            seen = worker_pollers(facts, now_at, temporal=answer, lookup=unasked)
            if seen.own and not seen.unclear:
                return ""
            self._missing = seen.unclear or f"Temporal lists no poller of its own (…@{facts.hostname}) since its start"
        given_up = stage is Startup.READY and now - self._ready_at >= _FIRST_REQUEST_S
        return self._missing if given_up else None

    def _temporal(self, facts: Container) -> TemporalAnswer | NotMeasured:
        waiting = self._waiting
        config = configuration(facts, waiting.contract, waiting.ports.profile)
        endpoint = config.endpoint("temporal")
        if endpoint is None or endpoint.problem:
            return NotMeasured(reason="its address of Temporal is not usable")
        if self._probe is None or isinstance(self._probe, NotMeasured):
            self._probe = inside.enter(self._engine.container(self._id), self._engine, waiting.ports)
        answer = ask(endpoint, config, self._probe, waiting.collect_options, waiting.ports)
        if isinstance(answer, NotMeasured):
            self._close()  # the way in may have ended: the next look makes another
            return answer
        assert isinstance(answer, TemporalAnswer)  # noqa: S101 - it was Temporal that was asked
        return answer

    def _close(self) -> None:
        if self._probe is not None and not isinstance(self._probe, NotMeasured):
            self._probe.close()
        self._probe = None
