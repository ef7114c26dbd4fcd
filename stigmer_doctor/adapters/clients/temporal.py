"""Asks Temporal what the runner's worker depends on: the namespace, and who polls its task queue.

Needs only grpc and a few of the service's messages. The Rust core that the worker itself uses takes longer to import
and would be told the same.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import grpc
import msgspec

from stigmer_doctor.adapters.clients.grpc_channel import channel, detail, meaning, padded, status
from stigmer_doctor.adapters.clients.temporal_messages import TaskQueue, kind_of_queue, method, request
from stigmer_doctor.model.answers import Answered, Poller, SentExecution, ServerQueue, TemporalAnswer

_KINDS = {kind: kind_of_queue(kind) for kind in ("workflow", "activity")}


# Temporal lists what still runs before what has ended: the newest of so many is looked for.
_EXECUTIONS = 20
_LONGEST_NAME = 1000  # of a task queue, Temporal's own limit


class _Temporal:
    """Calls of one channel, all of which end in time; they are under way at once."""

    def __init__(self, channel: grpc.Channel, namespace: str, timeout: float) -> None:
        self._channel, self._namespace, self._timeout = channel, namespace, timeout

    def asked(self, name: str, **fields: Any) -> Any:
        call: Any = method(self._channel, name)
        return call.future(request(name, **fields), timeout=self._timeout)

    def asked_there(self, name: str, **fields: Any) -> Any:
        """What is asked of the namespace."""
        return self.asked(name, namespace=self._namespace, **fields)

    def polling(self, queue: str, kind: str) -> Any:
        named = TaskQueue(name=queue)
        return self.asked_there("DescribeTaskQueue", task_queue=named, task_queue_type=_KINDS[kind])


def ask(
    port: int,
    authority: str,
    *,
    namespace: str,
    task_queue: str,
    timeout: float,
    padding: int = 0,
    server: tuple[str, str] = ("", ""),
) -> TemporalAnswer:
    """System info, namespace, pollers and what the `server` (its task queue, the note on its workflows) does, at once;
    `timeout` is in seconds. What has no system info is not Temporal. `padding` bytes are sent along with that question.
    """
    started = time.monotonic()
    with channel(port, authority) as opened:
        temporal = _Temporal(opened, namespace, timeout)
        cluster, described = temporal.asked("GetClusterInfo"), temporal.asked_there("DescribeNamespace")
        seen = {kind: temporal.polling(task_queue, kind) for kind in _KINDS}
        serving = _asked_about(temporal, server)
        try:
            info = method(opened, "GetSystemInfo")(request("GetSystemInfo"), timeout=timeout, metadata=padded(padding))
        except grpc.RpcError as error:
            return _no_answer(error, namespace, task_queue, started)
        polling = {kind: _pollers(call) for kind, call in seen.items()}
        about, known = _cluster(cluster), _exists(described)
        took = _milliseconds(started)  # what is asked about the server takes several ways there and back
        return TemporalAnswer(
            answered=Answered.YES,
            namespace=namespace,
            task_queue=task_queue,
            server_version=str(info.server_version),
            cluster_id=about,
            namespace_exists=known,
            pollers=_merged(polling),
            latency_ms=took,
            server=serving and _server(temporal, *serving),
        )


def _no_answer(error: grpc.RpcError, namespace: str, task_queue: str, started: float) -> TemporalAnswer:
    code, answered = status(error), meaning(error)
    # Another gRPC server does not know the method.
    wrong = code == "UNIMPLEMENTED" or answered is Answered.WRONG_PROTOCOL
    return TemporalAnswer(
        answered=Answered.WRONG_PROTOCOL if wrong else answered,
        namespace=namespace,
        task_queue=task_queue,
        status=code,
        detail=detail(error),
        latency_ms=_milliseconds(started),
    )


def _cluster(asked: Any) -> str:
    return "" if asked.exception() else str(asked.result().cluster_id)


def _exists(asked: Any) -> bool | None:
    """None where the answer does not tell."""
    error = asked.exception()
    return True if error is None else False if status(error) == "NOT_FOUND" else None


def _pollers(asked: Any) -> Iterable[Any] | None:
    return None if asked.exception() else tuple(asked.result().pollers)


def _merged(polling: dict[str, Iterable[Any] | None]) -> tuple[Poller, ...] | None:
    """One poller an identity, with its latest access; None when neither question was answered."""
    if all(poller is None for poller in polling.values()):
        return None
    latest: dict[str, str] = {}
    kinds: dict[str, list[str]] = {}
    for kind, pollers in polling.items():
        for poller in pollers or ():
            when = poller.last_access_time.ToJsonString()
            latest[poller.identity] = max(when, latest.get(poller.identity, ""))
            kinds.setdefault(poller.identity, []).append(kind)
    return tuple(
        Poller(identity=identity, last_access=latest[identity], kinds=tuple(kinds[identity]))
        for identity in sorted(latest)
    )


# ---- what the server does --------------------------------------------------------------------------------------------


def _asked_about(temporal: _Temporal, server: tuple[str, str]) -> tuple[str, str, Any, Any] | None:
    """The server's queue, the note on its executions, who polls that queue and what waits there; None for no server."""
    queue, memo = server
    if not queue:
        return None
    query = f'TaskQueue = "{queue}"'
    listing = temporal.asked_there("ListWorkflowExecutions", page_size=_EXECUTIONS, query=query)
    return queue, memo, temporal.polling(queue, "workflow"), listing


def _server(temporal: _Temporal, queue: str, memo: str, polling: Any, listing: Any) -> ServerQueue:
    try:
        sent = _sent(temporal, memo, listing.result().executions)
    except grpc.RpcError:
        sent = None
    return ServerQueue(name=queue, pollers=_merged({"workflow": _pollers(polling)}), sent=sent)


def _sent(temporal: _Temporal, memo: str, listed: Iterable[Any]) -> SentExecution | None:
    """The newest of these executions, if a note on it says to which task queue the runner's part went."""
    newest = max(listed, key=lambda item: item.start_time.ToNanoseconds(), default=None)
    if newest is None or not (to := _note(newest.memo.fields.get(memo))):
        return None
    polling = temporal.polling(to, "activity")
    past = temporal.asked_there("GetWorkflowExecutionHistory", execution=newest.execution, maximum_page_size=1)
    events = past.result().history.events
    return SentExecution(
        to=to,
        by=events[0].workflow_execution_started_event_attributes.identity if events else "",
        at=newest.start_time.ToJsonString(),
        pollers=_merged({"activity": _pollers(polling)}),
    )


def _note(payload: Any) -> str:
    """The text in a memo; "" for anything else."""
    try:
        value = msgspec.json.decode(payload.data, type=str) if payload else ""
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return value if len(value) <= _LONGEST_NAME else ""


def _milliseconds(started: float) -> float:
    return round((time.monotonic() - started) * 1000, 1)
