"""Reads a sweep's answers out of its history in Temporal, as they come or once it has ended.

Each answer is opened by itself: what another worker has written there costs its own machine.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import temporalio.api.enums.v1 as enums
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

from stigmer_doctor.fleet.answers import UnreadableAnswerError, unpack
from stigmer_doctor.fleet.codec import is_sealed
from stigmer_doctor.fleet.hosts import host_of
from stigmer_doctor.fleet.keys import SealedError, TeamKeys
from stigmer_doctor.fleet.results import HostResult, HostStatus, SweepState
from stigmer_doctor.fleet.sweep import ACTIVITY, SweepOrder
from stigmer_doctor.model.errors import CannotDiagnose

_Type = enums.EventType
_PAUSE_S, _MANY = 1.0, 100
"""A server that is asked after each event has more to do for that than for the sweep."""
_ENDS = {
    _Type.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED: "ended",
    _Type.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED: "failed",
    _Type.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT: "timed out",
    _Type.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED: "cancelled",
    _Type.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED: "terminated",
}


def about(sweep: str, queue: str) -> str:
    """What an answer is sealed for: it cannot be shown as another machine's, or in another sweep."""
    return f"{sweep}\n{queue}"


class SweepReader:
    """The history of a sweep, run by run."""

    def __init__(self, client: Client, keys: TeamKeys, sweep: str) -> None:
        self._client, self._keys = client, keys
        self._scheduled: dict[int, str] = {}
        self.state = SweepState(id=sweep)

    async def read(self, *, follow: bool) -> AsyncIterator[SweepState]:
        """The state, again after every page of events; with `follow` until the sweep has ended. Raises CannotDiagnose
        where its order cannot be read."""
        run = await self._first_run()
        while run:
            self._scheduled.clear()
            events = self._client.get_workflow_handle(self.state.id, run_id=run).fetch_history_events(
                wait_new_event=follow, skip_archival=True
            )
            run, more = "", True
            while more:
                await events.fetch_next_page()
                page = events.current_page or ()
                for event in page:
                    run = await self._next_run(event)
                yield self.state
                more = events.next_page_token is not None
                if follow and more and len(page) < _MANY:
                    await asyncio.sleep(_PAUSE_S)

    async def _first_run(self) -> str:
        events = self._client.get_workflow_handle(self.state.id).fetch_history_events(page_size=1)
        async for event in events:
            return event.workflow_execution_started_event_attributes.first_execution_run_id
        return ""

    async def _next_run(self, event: HistoryEvent) -> str:
        """Notes what the event says; the run that continues this one, "" where there is none."""
        kind = event.event_type
        if kind == _Type.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED and not self.state.started:
            await self._begin(event)
        elif kind == _Type.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            scheduled = event.activity_task_scheduled_event_attributes
            if scheduled.activity_type.name == ACTIVITY:
                self._scheduled[event.event_id] = scheduled.task_queue.name
        elif kind == _Type.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
            return event.workflow_execution_continued_as_new_event_attributes.new_execution_run_id
        elif kind in _ENDS:
            self._end(f"{_ENDS[kind]} {_time(event)}")
        else:
            self._note_answer(event)
        return ""

    async def _begin(self, event: HistoryEvent) -> None:
        self.state.started = _time(event)
        sent = event.workflow_execution_started_event_attributes.input.payloads
        try:
            [order] = await self._client.data_converter.decode(sent, [SweepOrder])
            hosts = [str(host) for host in order.hosts]
        except SealedError as error:
            raise CannotDiagnose(f"the sweep {self.state.id} cannot be read: {error}") from error
        except Exception as error:  # whoever may start workflows there may have written anything
            raise CannotDiagnose(f"{self.state.id} is not a sweep of this program") from error
        self.state.results |= {host: HostResult(host, HostStatus.WAITING) for host in hosts}

    def _end(self, how: str) -> None:
        """Nobody is waited for any more."""
        self.state.ended = how
        for host, result in self.state.results.items():
            if result.status is HostStatus.WAITING:
                self.state.results[host] = HostResult(host, HostStatus.NOT_REACHED, "the sweep ended before")

    def _note_answer(self, event: HistoryEvent) -> None:
        result = self._result(event)
        if result and result.host in self.state.results:
            self.state.results[result.host] = result

    def _result(self, event: HistoryEvent) -> HostResult | None:
        """None for an event that is not the end of a machine's activity."""
        match event.event_type:
            case _Type.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
                completed = event.activity_task_completed_event_attributes
                queue = self._scheduled.get(completed.scheduled_event_id)
                payloads = completed.result.payloads
                sealed = payloads[0].data if len(payloads) == 1 and is_sealed(payloads[0]) else b""
                return self._answered(queue, sealed) if queue else None
            case _Type.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT:
                late = event.activity_task_timed_out_event_attributes
                queue = self._scheduled.get(late.scheduled_event_id)
                return _not_reached(queue, _silence(late.failure.timeout_failure_info.timeout_type))
            case _Type.EVENT_TYPE_ACTIVITY_TASK_FAILED:
                queue = self._scheduled.get(event.activity_task_failed_event_attributes.scheduled_event_id)
                return _not_reached(queue, "its worker failed", HostStatus.UNREADABLE)
            case _Type.EVENT_TYPE_ACTIVITY_TASK_CANCELED:
                queue = self._scheduled.get(event.activity_task_canceled_event_attributes.scheduled_event_id)
                return _not_reached(queue, "the sweep was cancelled")
        return None

    def _answered(self, queue: str, sealed: bytes) -> HostResult:
        host = host_of(queue)
        try:
            answer = unpack(self._keys.unseal(sealed, about(self.state.id, queue)))
        except (SealedError, UnreadableAnswerError) as error:
            return HostResult(host, HostStatus.UNREADABLE, str(error))
        if answer.verdict is None:
            return HostResult(host, HostStatus.INCONCLUSIVE, answer.problem, answer)
        return HostResult(host, HostStatus(answer.verdict.status), answer.problem, answer)


def _not_reached(queue: str | None, note: str, status: HostStatus = HostStatus.NOT_REACHED) -> HostResult | None:
    return HostResult(host_of(queue), status, note) if queue else None


def _silence(kind: enums.TimeoutType.ValueType) -> str:
    if kind == enums.TimeoutType.TIMEOUT_TYPE_SCHEDULE_TO_START:
        return "no worker took the question"
    return "its worker took the question, and fell silent"


def _time(event: HistoryEvent) -> str:
    return event.event_time.ToJsonString()[:19] + "Z"
