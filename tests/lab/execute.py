"""`python -m tests.lab.execute ID`, on the user's machine: one execution through Temporal, to its end."""

from __future__ import annotations

import asyncio
import os
import sys

from temporalio.client import Client


async def main() -> None:
    client = await Client.connect("127.0.0.1:7233")
    execution = sys.argv[1]
    outcome = await client.execute_workflow(
        "InvokeAgentExecution", execution, id=execution, task_queue="agent_execution_runner"
    )
    print(outcome, flush=True)


if __name__ == "__main__":
    asyncio.run(main())
    os._exit(0)  # the SDK's native threads may still run, and crash an interpreter that ends under them
