"""A sweep every day, which Temporal begins and a worker with --sweeps carries out."""

from __future__ import annotations

from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleDescription,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleUpdate,
)
from temporalio.service import RPCError, RPCStatusCode

from stigmer_doctor.fleet.sweep import SWEEPS, WORKFLOW, SweepOrder
from stigmer_doctor.model.errors import CannotDiagnose
from stigmer_doctor.model.tabular import Tabular

ID = "stigmer-doctor-daily"
_CATCH_UP = timedelta(hours=1)
"""A sweep that is later than this, because the server was down, is left out."""


async def create(client: Client, order: SweepOrder, at: tuple[int, int]) -> None:
    """Every day at that hour and minute, in UTC; in the place of the one that there was. Raises CannotDiagnose."""
    schedule = Schedule(
        action=ScheduleActionStartWorkflow(WORKFLOW, order, id=ID, task_queue=SWEEPS),
        spec=ScheduleSpec(calendars=[ScheduleCalendarSpec(hour=[ScheduleRange(at[0])], minute=[ScheduleRange(at[1])])]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=_CATCH_UP),
    )
    try:
        await _put(client, schedule)
    except RPCError as error:
        raise CannotDiagnose(f"Temporal does not take the schedule: {error.status.name}") from error


async def _put(client: Client, schedule: Schedule) -> None:
    try:
        await client.create_schedule(ID, schedule)
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(ID).update(lambda _: ScheduleUpdate(schedule=schedule))


async def show(client: Client) -> Tabular:
    """When it runs. Raises CannotDiagnose where there is none."""
    try:
        known = await client.get_schedule_handle(ID).describe()
    except RPCError as error:
        raise _none(error) from error
    return _table(known)


async def delete(client: Client) -> None:
    """Raises CannotDiagnose where there is none."""
    try:
        await client.get_schedule_handle(ID).delete()
    except RPCError as error:
        raise _none(error) from error


def _table(known: ScheduleDescription) -> Tabular:
    recent = known.info.recent_actions
    past = [(run.started_at.isoformat(timespec="seconds"), _started(run.action)) for run in recent]
    soon = [(time.isoformat(timespec="seconds"), "planned") for time in known.info.next_action_times[:3]]
    return Tabular(title="A sweep every day", columns=("time", "sweep"), rows=(*past, *soon))


def _started(action: object) -> str:
    return str(getattr(action, "workflow_id", ""))


def _none(error: RPCError) -> CannotDiagnose:
    if error.status is RPCStatusCode.NOT_FOUND:
        return CannotDiagnose("there is no daily sweep: stigmer-doctor fleet schedule create --hosts FILE makes one")
    return CannotDiagnose(f"the schedule cannot be asked for: {error.status.name}")
