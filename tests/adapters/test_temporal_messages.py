"""Temporal's few messages are those of temporalio, and Temporal's answers are read as it would."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent import futures
from datetime import UTC, datetime
from typing import Any

import grpc
import pytest
from google.protobuf import descriptor_pool
from google.protobuf.message import Message
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import PollerInfo
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    DescribeNamespaceResponse,
    DescribeTaskQueueRequest,
    DescribeTaskQueueResponse,
    GetClusterInfoRequest,
    GetClusterInfoResponse,
    GetSystemInfoRequest,
    GetSystemInfoResponse,
    service_pb2_grpc,
)

from stigmer_doctor.adapters.clients import temporal, temporal_messages
from stigmer_doctor.model.answers import Answered, Poller, TemporalAnswer

METHODS = (
    "GetSystemInfo",
    "GetClusterInfo",
    "DescribeNamespace",
    "DescribeTaskQueue",
    "ListWorkflowExecutions",
    "GetWorkflowExecutionHistory",
)


def _shape(field: Any) -> tuple[object, ...]:
    kind = field.message_type or field.enum_type
    return field.number, field.name, field.type, field.is_repeated, kind.full_name if kind else ""


def _messages() -> Iterator[type[Message]]:
    yield temporal_messages.TaskQueue
    for method in METHODS:
        yield type(temporal_messages.request(method))
        yield temporal_messages.response(method)


def test_each_field_is_that_of_temporalio() -> None:
    todo, seen = [message.DESCRIPTOR for message in _messages()], set()
    while todo:
        ours = todo.pop()
        seen.add(ours.name)
        theirs = descriptor_pool.Default().FindMessageTypeByName(ours.full_name)
        for field in ours.fields:
            assert _shape(field) == _shape(theirs.fields_by_name[field.name])
            todo += [field.message_type] if field.message_type else []
    assert {"PollerInfo", "Timestamp"} <= seen, "also those that are only parts of an answer"


class Paths:
    """Keeps under which names temporalio's stub calls the methods."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def unary_unary(self, method: str, *_: object, **__: object) -> None:
        self.found.append(method)


def test_the_kinds_of_queues_and_the_methods_are_those_of_temporalio() -> None:
    assert temporal_messages.kind_of_queue("workflow") == TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW
    assert temporal_messages.kind_of_queue("activity") == TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY
    theirs: Any = Paths()
    ours: Any = Paths()
    service_pb2_grpc.WorkflowServiceStub(theirs)
    for method in METHODS:
        temporal_messages.method(ours, method)
    assert set(ours.found) <= set(theirs.found)


class Temporal(service_pb2_grpc.WorkflowServiceServicer):
    """Knows one namespace, in which one machine asks one queue for both kinds of tasks."""

    def GetSystemInfo(self, request: GetSystemInfoRequest, context: grpc.ServicerContext) -> GetSystemInfoResponse:  # noqa: N802, ARG002 - as temporalio has it
        info = GetSystemInfoResponse(server_version="1.29.1")
        info.capabilities.nexus = True  # one of many that nobody here reads
        return info

    def GetClusterInfo(self, request: GetClusterInfoRequest, context: grpc.ServicerContext) -> GetClusterInfoResponse:  # noqa: N802, ARG002 - as above
        return GetClusterInfoResponse(cluster_id="a-cluster", history_shard_count=4)

    def DescribeNamespace(  # noqa: N802 - as above
        self, request: DescribeNamespaceRequest, context: grpc.ServicerContext
    ) -> DescribeNamespaceResponse:
        if request.namespace != "default":
            context.abort(grpc.StatusCode.NOT_FOUND, f"Namespace {request.namespace} is not found.")
        return DescribeNamespaceResponse()

    def DescribeTaskQueue(  # noqa: N802 - as above
        self, request: DescribeTaskQueueRequest, context: grpc.ServicerContext
    ) -> DescribeTaskQueueResponse:
        if (request.namespace, request.task_queue.name) != ("default", "queue"):
            context.abort(grpc.StatusCode.NOT_FOUND, "no such queue")
        poller = PollerInfo(identity="1@machine", rate_per_second=3)
        poller.last_access_time.FromDatetime(datetime(2026, 1, 22, 3, request.task_queue_type, tzinfo=UTC))
        return DescribeTaskQueueResponse(pollers=[poller])


@pytest.fixture
def port() -> Iterator[int]:
    server = grpc.server(futures.ThreadPoolExecutor(2))
    service_pb2_grpc.add_WorkflowServiceServicer_to_server(Temporal(), server)  # type: ignore[abstract] # its other methods say that they are not implemented
    listening = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield listening
    server.stop(None)


def _asked(port: int, namespace: str) -> TemporalAnswer:
    return temporal.ask(port, "temporal:7233", namespace=namespace, task_queue="queue", timeout=5, padding=3000)


def test_what_temporal_says_is_read(port: int) -> None:
    answer = _asked(port, "default")
    assert (answer.answered, answer.server_version, answer.cluster_id) == (Answered.YES, "1.29.1", "a-cluster")
    assert answer.namespace_exists is True
    latest = "2026-01-22T03:02:00Z"
    assert answer.pollers == (Poller(identity="1@machine", last_access=latest, kinds=("workflow", "activity")),)


def test_a_namespace_that_is_not_there_is_told_from_one_that_could_not_be_asked(port: int) -> None:
    answer = _asked(port, "other")
    assert (answer.answered, answer.namespace_exists, answer.pollers) == (Answered.YES, False, None)
