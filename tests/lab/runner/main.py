"""The agent-runner of the lab: a real Temporal worker that logs, and fails, as the real one does."""

import asyncio
import logging
import os
import sys

from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker
from worker.activities import Activities, InvokeAgentExecution
from worker.config import Config

logging.basicConfig(
    level=os.getenv("LOG_LEVEL", "INFO").upper(),
    format="%(asctime)s - %(name)s - %(levelname)s - %(message)s",
    stream=sys.stdout,
)
# The runner's own lines only; the HTTP client would add one for each request.
logging.getLogger("httpx").setLevel(logging.WARNING)
logger = logging.getLogger("__main__")


def fail(what: str, error: Exception) -> None:
    logger.error("STARTUP FAILURE: %s", what)
    logger.error("%s", error)
    sys.exit(1)


async def connect(config: Config) -> Client:
    logger.info("Task Queue: %s", config.task_queue)
    logger.info("Temporal: %s (namespace: %s)", config.temporal_address, config.temporal_namespace)
    logger.info("Backend: %s", config.backend_endpoint)
    logger.info("Sandbox: %s (root: %s)", config.sandbox_type, config.sandbox_root)
    client = await Client.connect(config.temporal_address, namespace=config.temporal_namespace)
    logger.info("Connected to Temporal server at %s, namespace: %s", config.temporal_address, config.temporal_namespace)
    return client


async def main() -> None:
    try:
        config = Config.from_environment()
    except ValueError as error:
        fail("Configuration Error", error)
    try:
        client = await connect(config)
    except Exception as error:
        fail("Worker Initialization Error", error)
    try:
        worker = Worker(
            client,
            task_queue=config.task_queue,
            workflows=[InvokeAgentExecution],
            activities=[Activities(config).execute_graphton],
            max_concurrent_activities=config.max_concurrency,
            workflow_runner=UnsandboxedWorkflowRunner(),
        )
        logger.info("Registered Python activities on task queue: '%s'", config.task_queue)
    except Exception as error:
        fail("Activity Registration Error", error)
    logger.info("Worker ready, polling for tasks...")
    await worker.run()


if __name__ == "__main__":
    asyncio.run(main())
