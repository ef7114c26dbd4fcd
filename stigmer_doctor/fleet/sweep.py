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
    at_once: int = 200
    wait_s: float = 30.0


@workflow.defn(name=WORKFLOW)
class Sweep:
    """Its result is its history: who asks for it reads the answers there, those of an unfinished sweep too."""

    @workflow.run
    async def run(self, order: SweepOrder) -> None:
        """One page, and then the next one as a new run."""
        page, later = order.hosts[:PAGE], order.hosts[PAGE:]
        slots = asyncio.Semaphore(order.at_once)
        asked = await asyncio.gather(*(_asked(host, order, slots) for host in page))
        left = [host for host, was in zip(page, asked, strict=True) if not was] + later
        if left:
            workflow.continue_as_new(replace(order, hosts=left))


async def _asked(host: str, order: SweepOrder, slots: asyncio.Semaphore) -> bool:
    """Ask one machine. False where the history has become too large meanwhile, and nobody was asked."""
    async with slots:
        if workflow.info().get_current_history_size() > _LARGE:
            return False
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
        return True
