"""The workflow that asks every machine once: it goes on wherever one of its workers runs, whatever ends meanwhile.

What it does in which order is recorded in histories that later versions continue: a change of that stands behind
`workflow.patched`, and the replay test over `fixtures/fleet/` says so.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ActivityError, is_cancelled_exception
from temporalio.exceptions import TimeoutError as LateError

from stigmer_doctor.fleet.hosts import queue

WORKFLOW, ACTIVITY = "stigmer-doctor-sweep", "stigmer-doctor-check"
SWEEPS = "stigmer-doctor-sweeps"
"""The task queue of the workflow itself."""
PAGE = 1000
"""Machines in a run of the workflow."""
_LARGE = 4 * 1024 * 1024
"""Bytes of history after which a run asks nobody more."""
_CHECK = timedelta(minutes=6)
"""More than the longest check takes: 5 minutes."""
_SILENT = timedelta(seconds=20)
"""Without a heartbeat of a check that was begun."""


@dataclass(frozen=True)
class SweepOrder:
    """The machines that are still to be asked, how many at once, and how many seconds a silent one is waited for."""

    hosts: list[str]
    at_once: int = 50
    wait_s: float = 30.0


class AskWindow:
    """How many are asked at once: those that answer contend for the sweep's lock in the server, and more of them at
    once are slower. The silent ones cost nothing, and hold nobody up: who was overtaken by many others is not counted
    any more, and each that was given up makes room for one more. That needs no timer, and no byte of history."""

    def __init__(self, at_once: int) -> None:
        self._at_once, self._ended, self._silent = at_once, 0, 0
        self._asked: dict[str, int] = {}
        """How many had ended when it was asked."""

    def is_open(self) -> bool:
        counted = sum(1 for since in self._asked.values() if self._ended - since < 2 * self._at_once)
        return counted < self._at_once + self._silent

    def ask(self, host: str) -> None:
        self._asked[host] = self._ended

    def end(self, host: str, *, silent: bool) -> None:
        del self._asked[host]
        self._ended += 1
        self._silent += silent


@workflow.defn(name=WORKFLOW)
class Sweep:
    """Its result is its history: who asks for it reads the answers there, those of an unfinished sweep too."""

    @workflow.run
    async def run(self, order: SweepOrder) -> None:
        """One page, and then the next one as a new run."""
        window, asked = AskWindow(order.at_once), []
        for host in order.hosts[:PAGE]:
            await workflow.wait_condition(window.is_open)
            if workflow.info().get_current_history_size() > _LARGE:
                break
            window.ask(host)
            asked.append(asyncio.create_task(_ask(host, order, window)))
        await asyncio.gather(*asked)
        if left := order.hosts[len(asked) :]:
            workflow.continue_as_new(replace(order, hosts=left))


async def _ask(host: str, order: SweepOrder, window: AskWindow) -> None:
    silent = False
    try:
        await workflow.execute_activity(
            ACTIVITY,
            task_queue=queue(host),
            result_type=RawValue,
            schedule_to_start_timeout=timedelta(seconds=order.wait_s),
            start_to_close_timeout=_CHECK,
            heartbeat_timeout=_SILENT,
            retry_policy=RetryPolicy(maximum_attempts=2),
        )
    except ActivityError as error:  # the history says which one, and costs the others nothing
        if is_cancelled_exception(error):
            raise
        silent = isinstance(error.cause, LateError)
    window.end(host, silent=silent)
