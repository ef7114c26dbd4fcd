"""Whether the server has a machine's queue and its poller. It makes queues more slowly than machines come."""

from __future__ import annotations

import asyncio

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from stigmer_doctor.fleet.hosts import queue


async def until_polled(client: Client, host: str) -> None:
    while not await _polls(client, queue(host)):  # noqa: ASYNC110 - a server sets no event of ours
        await asyncio.sleep(0.1)


async def _polls(client: Client, queue_name: str) -> bool:
    request = DescribeTaskQueueRequest(
        namespace="default",
        task_queue=TaskQueue(name=queue_name),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
    )
    try:
        return bool((await client.workflow_service.describe_task_queue(request)).pollers)
    except RPCError:  # it has too much to do
        return False
