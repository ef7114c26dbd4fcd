"""Asks Temporal what the runner's worker depends on: the namespace, and who polls its task queue.

Needs only grpc and a few of the service's messages. The Rust core that the worker itself uses takes longer to import
and would be told the same.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import grpc

from stigmer_doctor.adapters.clients.grpc_channel import channel, detail, meaning, padded, status
from stigmer_doctor.adapters.clients.temporal_messages import TaskQueue, kind_of_queue, method, request
from stigmer_doctor.model.answers import Answered, Poller, TemporalAnswer

_KINDS = {kind: kind_of_queue(kind) for kind in ("workflow", "activity")}


def ask(
    port: int, authority: str, *, namespace: str, task_queue: str, timeout: float, padding: int = 0
) -> TemporalAnswer:
    """System info, namespace and pollers at once; `timeout` is in seconds. What has no system info is not Temporal.
    `padding` bytes are sent along with that question."""
    started = time.monotonic()
    with channel(port, authority) as opened:
        cluster = _asked(opened, timeout, "GetClusterInfo")
        described = _asked(opened, timeout, "DescribeNamespace", namespace=namespace)
        queue = {"namespace": namespace, "task_queue": TaskQueue(name=task_queue)}
        seen = {
            kind: _asked(opened, timeout, "DescribeTaskQueue", task_queue_type=number, **queue)
            for kind, number in _KINDS.items()
        }
        try:
            info = method(opened, "GetSystemInfo")(request("GetSystemInfo"), timeout=timeout, metadata=padded(padding))
        except grpc.RpcError as error:
            return _no_answer(error, namespace, task_queue, started)
        polling = {kind: _pollers(call) for kind, call in seen.items()}
        return TemporalAnswer(
            answered=Answered.YES,
            namespace=namespace,
            task_queue=task_queue,
            server_version=str(info.server_version),
            cluster_id=_cluster(cluster),
            namespace_exists=_exists(described),
            pollers=_merged(polling),
            latency_ms=_milliseconds(started),
        )


def _asked(opened: grpc.Channel, timeout: float, name: str, **fields: Any) -> Any:
    """A call that is under way."""
    call: Any = method(opened, name)
    return call.future(request(name, **fields), timeout=timeout)


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


def _milliseconds(started: float) -> float:
    return round((time.monotonic() - started) * 1000, 1)
