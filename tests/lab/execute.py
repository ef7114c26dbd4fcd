"""`python -m tests.lab.execute ID SECONDS`, on the user's machine: one execution through Temporal, to its end, which
has to come within the seconds.

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

_QUEUE = "agent_execution_stigmer"
_RUNNERS = "agent_execution_runner"


@workflow.defn(name="InvokeAgentExecution")
class InvokeAgentExecution:
    """Calls the runner's one activity."""

    @workflow.run
    async def run(self, execution_id: str, within: float) -> str:
        outcome: str = await workflow.execute_activity(
            "ExecuteGraphton",
            execution_id,
            task_queue=_RUNNERS,
            schedule_to_close_timeout=timedelta(seconds=within),
            retry_policy=RetryPolicy(maximum_attempts=1),
        )
        return outcome


async def main() -> None:
    client = await Client.connect("127.0.0.1:7233")
    execution, within = sys.argv[1], float(sys.argv[2])
    async with Worker(
        client, task_queue=_QUEUE, workflows=[InvokeAgentExecution], workflow_runner=UnsandboxedWorkflowRunner()
    ):
        outcome = await client.execute_workflow(
            "InvokeAgentExecution",
            args=[execution, within],
            id=execution,
            task_queue=_QUEUE,
            execution_timeout=timedelta(seconds=within + 5),
            memo={"activityTaskQueue": _RUNNERS},
        )
    print(outcome, flush=True)


if __name__ == "__main__":
    asyncio.run(main())
    os._exit(0)  # the SDK's native threads may still run, and crash an interpreter that ends under them
