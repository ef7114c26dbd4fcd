"""One execution: tell the backend, ask the LLM, log what the real runner logs."""

import logging
from datetime import timedelta

import grpc
import httpx
from temporalio import activity, workflow
from temporalio.common import RetryPolicy

from worker.config import Config

logger = logging.getLogger("temporalio.activity")
UPDATE_STATUS = "/ai.stigmer.agentic.agentexecution.v1.AgentExecutionCommandController/updateStatus"


class Activities:
    def __init__(self, config: Config) -> None:
        self._config = config

    @activity.defn(name="ExecuteGraphton")
    async def execute_graphton(self, execution_id: str) -> str:
        logger.info("ExecuteGraphton started for execution %s", execution_id)
        await self._update_status(execution_id, "EXECUTION_IN_PROGRESS")
        try:
            await self._ask_llm()
            outcome = "EXECUTION_COMPLETED"
        except Exception as error:
            logger.error("ExecuteGraphton failed for execution %s: %s", execution_id, error)
            outcome = "EXECUTION_FAILED"
        await self._update_status(execution_id, outcome)
        logger.info("ExecuteGraphton ended for execution %s: %s", execution_id, outcome)
        return outcome

    async def _update_status(self, execution_id: str, status: str) -> None:
        """A status that never arrives does not stop the execution: that is why it looks pending for ever."""
        endpoint = self._config.backend_endpoint
        secure = endpoint.endswith(":443")
        channel = (
            grpc.aio.secure_channel(endpoint, grpc.ssl_channel_credentials())
            if secure
            else grpc.aio.insecure_channel(endpoint)
        )
        async with channel:
            try:
                await channel.unary_unary(UPDATE_STATUS)(f"{execution_id} {status}".encode(), timeout=5)
            except grpc.aio.AioRpcError as error:
                logger.warning("Failed to update status of %s: %s", execution_id, error.details())

    async def _ask_llm(self) -> None:
        if self._config.llm_provider != "ollama":
            return
        async with httpx.AsyncClient(base_url=self._config.llm_base_url, timeout=10) as client:
            answer = await client.post("/api/chat", json={"model": self._config.llm_model, "stream": False})
            answer.raise_for_status()


@workflow.defn(name="InvokeAgentExecution")
class InvokeAgentExecution:
    @workflow.run
    async def run(self, execution_id: str) -> str:
        return await workflow.execute_activity(
            "ExecuteGraphton",
            execution_id,
            start_to_close_timeout=timedelta(seconds=60),
            retry_policy=RetryPolicy(maximum_attempts=1),
        )
