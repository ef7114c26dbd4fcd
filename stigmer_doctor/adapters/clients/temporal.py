"""Asks Temporal what the runner's worker depends on: the namespace, and who polls its task queue.

Needs only grpc and the service's stubs. The Rust core that the worker itself uses takes longer to import and would be
told the same.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    DescribeTaskQueueRequest,
    GetClusterInfoRequest,
    GetSystemInfoRequest,
)
from temporalio.api.workflowservice.v1.service_pb2_grpc import WorkflowServiceStub

from stigmer_doctor.adapters.clients.grpc_channel import channel, detail, meaning, padded, status
from stigmer_doctor.model.answers import Answered, Poller, TemporalAnswer

_KINDS = {
    "workflow": TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    "activity": TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
}


def ask(
    port: int, authority: str, *, namespace: str, task_queue: str, timeout: float, padding: int = 0
) -> TemporalAnswer:
    """System info, namespace and pollers at once; `timeout` is in seconds. What has no system info is not Temporal.
    `padding` bytes are sent along with that question."""
    started = time.monotonic()
    with channel(port, authority) as opened, ThreadPoolExecutor(4) as pool:
        service = WorkflowServiceStub(opened)
        cluster = pool.submit(_cluster, service, timeout)
        exists = pool.submit(_exists, service, namespace, timeout)
        seen = {kind: pool.submit(_pollers, service, namespace, task_queue, kind, timeout) for kind in _KINDS}
        try:
            info = service.GetSystemInfo(GetSystemInfoRequest(), timeout=timeout, metadata=padded(padding))
        except grpc.RpcError as error:
            return _no_answer(error, namespace, task_queue, started)
        polling = {kind: item.result() for kind, item in seen.items()}
        return TemporalAnswer(
            answered=Answered.YES,
            namespace=namespace,
            task_queue=task_queue,
            server_version=str(info.server_version),
            cluster_id=cluster.result(),
            namespace_exists=exists.result(),
            pollers=_merged(polling),
            latency_ms=_milliseconds(started),
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


def _cluster(service: Any, timeout: float) -> str:
    try:
        return str(service.GetClusterInfo(GetClusterInfoRequest(), timeout=timeout).cluster_id)
    except grpc.RpcError:
        return ""


def _exists(service: Any, namespace: str, timeout: float) -> bool | None:
    try:
        service.DescribeNamespace(DescribeNamespaceRequest(namespace=namespace), timeout=timeout)
    except grpc.RpcError as error:
        return False if status(error) == "NOT_FOUND" else None
    return True


def _pollers(service: Any, namespace: str, task_queue: str, kind: str, timeout: float) -> Iterable[Any] | None:
    request = DescribeTaskQueueRequest(
        namespace=namespace, task_queue=TaskQueue(name=task_queue), task_queue_type=_KINDS[kind]
    )
    try:
        return tuple(service.DescribeTaskQueue(request, timeout=timeout).pollers)
    except grpc.RpcError:
        return None


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
