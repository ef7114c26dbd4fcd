"""One execution: tell the backend, ask the LLM, log what the real runner logs."""

import logging
import os
from pathlib import Path

import grpc
from grpc_client.execution_client import ExecutionClient
from temporalio import activity

from worker.config import RunnerConfig

logger = logging.getLogger("temporalio.activity")


@activity.defn(name="ExecuteGraphton")
async def execute_graphton(execution_id: str) -> str:
    logger.info(f"ExecuteGraphton started for execution: {execution_id}")
    config = RunnerConfig.from_env()
    await update_status(config, execution_id, "EXECUTION_IN_PROGRESS")
    try:
        await resolve_instance(config, execution_id)
        make_folder(config)
        await ask_model(config)
        outcome = "EXECUTION_COMPLETED"
    except Exception as error:
        logger.error(f"ExecuteGraphton failed for execution {execution_id}: {error}")
        outcome = "EXECUTION_FAILED"
    await update_status(config, execution_id, outcome)
    logger.info(f"ExecuteGraphton ended for execution {execution_id}: {outcome}")
    return outcome


async def resolve_instance(config: RunnerConfig, execution_id: str) -> None:
    """Which agent it is of. Where the backend is not there at all, its statuses are lost and the execution goes on."""
    try:
        await ExecutionClient(config.api_key).instance(execution_id)
    except grpc.RpcError as error:
        if error.code() is grpc.StatusCode.UNIMPLEMENTED:
            raise


def make_folder(config: RunnerConfig) -> None:
    if config.sandbox_root:
        Path(config.sandbox_root).mkdir(parents=True, exist_ok=True)


async def ask_model(config: RunnerConfig) -> None:
    if not config.is_local and not os.environ.get("DAYTONA_API_KEY"):
        raise ValueError("DAYTONA_API_KEY is required in cloud mode")
    if config.model.provider != "ollama":
        return
    from worker.activities.chat_model import chat_model

    async for _ in chat_model(config).astream("say ok"):
        pass


async def update_status(config: RunnerConfig, execution_id: str, status: str) -> None:
    """A status that never arrives does not stop the execution: that is why it looks pending for ever."""
    try:
        client = ExecutionClient(config.api_key)
        await client.update_status(execution_id, status)
    except Exception as error:
        details = error.details() if isinstance(error, grpc.RpcError) else error
        logger.warning(f"Failed to update status of {execution_id}: {details}")
