"""Starts a sweep, carries it on, and follows it to its end."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import AsyncIterator, Callable

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from stigmer_doctor.fleet.connection import ANSWERS_WITHIN
from stigmer_doctor.fleet.history import SweepReader
from stigmer_doctor.fleet.keys import TeamKeys
from stigmer_doctor.fleet.results import SweepState
from stigmer_doctor.fleet.sweep import SWEEPS, WORKFLOW, SweepOrder
from stigmer_doctor.fleet.worker import sweep_worker, working
from stigmer_doctor.model.errors import CannotDiagnose

Show = Callable[[str], None]


async def start(client: Client, order: SweepOrder) -> str:
    """The new sweep's id. Raises CannotDiagnose."""
    now = dt.datetime.now(dt.UTC).strftime("%Y%m%d-%H%M%S")
    name = f"stigmer-doctor-{now}-{os.urandom(2).hex()}"
    try:
        await client.start_workflow(WORKFLOW, order, id=name, task_queue=SWEEPS, rpc_timeout=ANSWERS_WITHIN)
    except RPCError as error:
        raise CannotDiagnose(f"Temporal does not take the sweep: {error.status.name}, {error.message[:200]}") from error
    return name


async def latest(client: Client) -> str:
    """The id of the sweep that was begun last. Raises CannotDiagnose where there is none."""
    try:
        async for found in client.list_workflows(f"WorkflowType = '{WORKFLOW}'", limit=1):
            return found.id
    except RPCError as error:
        raise CannotDiagnose(f"Temporal does not list its sweeps: {error.status.name}") from error
    raise CannotDiagnose("there is no sweep in this namespace: stigmer-doctor fleet check --hosts FILE makes one")


async def carried_out(client: Client, keys: TeamKeys, sweep: str, show: Show) -> SweepState:
    """The sweep once it has ended; this process carries it on meanwhile, as others may. Raises CannotDiagnose."""
    async with working(sweep_worker(client)):
        return await _read(client, keys, sweep, show, follow=True)


async def so_far(client: Client, keys: TeamKeys, sweep: str) -> SweepState:
    """The sweep as it stands. Raises CannotDiagnose."""
    return await _read(client, keys, sweep, lambda _: None, follow=False)


async def _read(client: Client, keys: TeamKeys, sweep: str, show: Show, *, follow: bool) -> SweepState:
    reader = SweepReader(client, keys, sweep)
    try:
        await _shown(reader.read(follow=follow), show)
    except RPCError as error:
        raise CannotDiagnose(_lost(error, sweep)) from error
    finally:
        show("")
    return reader.state


async def _shown(states: AsyncIterator[SweepState], show: Show) -> None:
    async for state in states:
        show(f"{len(state.results) - state.waiting()} of {len(state.results)} machines")


def _lost(error: RPCError, sweep: str) -> str:
    if error.status in (RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT):
        return f"there is no sweep {sweep} in this namespace"
    return (
        f"Temporal does not answer any more ({error.status.name}): the sweep is kept there, and "
        f"stigmer-doctor fleet check --sweep {sweep} carries it on"
    )
