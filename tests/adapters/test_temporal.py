"""The Temporal client, asked for real: what it makes of a server's answers."""

from __future__ import annotations

from concurrent import futures

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.common.v1 import Memo, Payload, WorkflowExecution
from temporalio.api.history.v1 import History, HistoryEvent, WorkflowExecutionStartedEventAttributes
from temporalio.api.taskqueue.v1 import PollerInfo
from temporalio.api.workflow.v1 import WorkflowExecutionInfo
from temporalio.api.workflowservice.v1 import (
    DescribeTaskQueueRequest,
    DescribeTaskQueueResponse,
    GetSystemInfoResponse,
    GetWorkflowExecutionHistoryRequest,
    GetWorkflowExecutionHistoryResponse,
    ListWorkflowExecutionsRequest,
    ListWorkflowExecutionsResponse,
)
from temporalio.api.workflowservice.v1.service_pb2_grpc import (
    WorkflowServiceServicer,
    add_WorkflowServiceServicer_to_server,
)

from stigmer_doctor.adapters.clients import temporal
from stigmer_doctor.model.facts import ServerQueue


class Executions(WorkflowServiceServicer):
    """Temporal, with one poller and one execution; the note on that is `data`."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def GetSystemInfo(self, *_: object) -> GetSystemInfoResponse:  # noqa: N802 - a method of the service
        return GetSystemInfoResponse(server_version="1.30.0")

    def DescribeTaskQueue(self, asked: DescribeTaskQueueRequest, _: object) -> DescribeTaskQueueResponse:  # noqa: N802 - a method of the service
        return DescribeTaskQueueResponse(pollers=[PollerInfo(identity=f"7@{asked.task_queue.name}")])

    def ListWorkflowExecutions(self, asked: ListWorkflowExecutionsRequest, _: object) -> ListWorkflowExecutionsResponse:  # noqa: N802 - a method of the service
        assert asked.query == 'TaskQueue = "of-the-server"'
        return ListWorkflowExecutionsResponse(
            executions=[
                WorkflowExecutionInfo(
                    execution=WorkflowExecution(workflow_id="older"), start_time=Timestamp(seconds=1)
                ),
                WorkflowExecutionInfo(
                    execution=WorkflowExecution(workflow_id="newest"),
                    start_time=Timestamp(seconds=60),
                    memo=Memo(fields={"goes to": Payload(data=self._data)}),
                ),
            ]
        )

    def GetWorkflowExecutionHistory(  # noqa: N802 - a method of the service
        self, asked: GetWorkflowExecutionHistoryRequest, _: object
    ) -> GetWorkflowExecutionHistoryResponse:
        started = WorkflowExecutionStartedEventAttributes(identity=f"7@{asked.execution.workflow_id}")
        event = HistoryEvent(workflow_execution_started_event_attributes=started)
        return GetWorkflowExecutionHistoryResponse(history=History(events=[event]))


def what_the_server_does(data: bytes, server: tuple[str, str]) -> ServerQueue | None:
    serving = grpc.server(futures.ThreadPoolExecutor(2))
    add_WorkflowServiceServicer_to_server(Executions(data), serving)  # type: ignore[abstract] # its other methods say that they are not implemented
    port = serving.add_insecure_port("127.0.0.1:0")
    serving.start()
    answer = temporal.ask(port, "x:1", namespace="default", task_queue="q", timeout=5, server=server)
    serving.stop(None)
    return answer.server


def test_where_the_server_sends_its_newest_execution_is_read_of_temporal() -> None:
    found = what_the_server_does(b'"the-runners"', ("of-the-server", "goes to"))
    assert found is not None
    assert [poller.identity for poller in found.pollers or ()] == ["7@of-the-server"]
    assert found.sent is not None
    assert (found.sent.to, found.sent.by, found.sent.at) == ("the-runners", "7@newest", "1970-01-01T00:01:00Z")
    assert [poller.identity for poller in found.sent.pollers or ()] == ["7@the-runners"]


@pytest.mark.parametrize("data", [b"", b"7", b"[" * 100_000, b'"' + b"x" * 1001 + b'"', b"\xff"])
def test_a_note_that_names_no_task_queue_tells_nothing(data: bytes) -> None:
    found = what_the_server_does(data, ("of-the-server", "goes to"))
    assert found is not None
    assert found.sent is None


def test_a_server_whose_queue_is_not_known_is_not_asked_about() -> None:
    assert what_the_server_does(b'"x"', ("", "")) is None
