"""`python -m tests.lab.execute ID`, on the user's machine: one execution through Temporal, to its end.

As in the real system, the workflow runs beside the server, and only its activity in the runner.
"""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

_WITHIN = timedelta(seconds=60)


@workflow.defn(name="InvokeAgentExecution")
class InvokeAgentExecution:
    """Calls the runner's one activity."""

    @workflow.run
    async def run(self, execution_id: str) -> str:
        outcome: str = await workflow.execute_activity(
            "ExecuteGraphton",
            execution_id,
            task_queue="agent_execution_runner",
            schedule_to_close_timeout=_WITHIN,
            retry_policy=RetryPolicy(maximum_attempts=1),
        )
        return outcome


async def main() -> None:
    client = await Client.connect("127.0.0.1:7233")
    execution = sys.argv[1]
    queue = "agent_execution_stigmer"
    async with Worker(
        client, task_queue=queue, workflows=[InvokeAgentExecution], workflow_runner=UnsandboxedWorkflowRunner()
    ):
        outcome = await client.execute_workflow("InvokeAgentExecution", execution, id=execution, task_queue=queue)
    print(outcome, flush=True)


if __name__ == "__main__":
    asyncio.run(main())
    os._exit(0)  # the SDK's native threads may still run, and crash an interpreter that ends under them
