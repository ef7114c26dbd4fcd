"""The backend's client for one execution's status."""

from typing import Any

import grpc
from worker.config import RunnerConfig

UPDATE_STATUS = "/ai.stigmer.agentic.agentexecution.v1.AgentExecutionCommandController/updateStatus"
GET_INSTANCE = "/ai.stigmer.agentic.agentinstance.v1.AgentInstanceQueryController/get"


class Authorise(grpc.aio.UnaryUnaryClientInterceptor):
    def __init__(self, api_key: str):
        self.api_key = api_key

    async def intercept_unary_unary(self, continuation: Any, details: Any, request: Any) -> Any:
        metadata = [*(details.metadata or ()), ("authorization", f"Bearer {self.api_key}")]
        return await continuation(details._replace(metadata=metadata), request)


class ExecutionClient:
    def __init__(self, api_key: str):
        config = RunnerConfig.from_env()
        endpoint = config.backend_endpoint
        interceptor = Authorise(api_key)
        if endpoint.endswith(":443"):
            self.channel = grpc.aio.secure_channel(endpoint, grpc.ssl_channel_credentials(), interceptors=[interceptor])
        else:
            self.channel = grpc.aio.insecure_channel(endpoint, interceptors=[interceptor])

    async def instance(self, execution_id: str) -> None:
        try:
            await self.channel.unary_unary(GET_INSTANCE)(execution_id.encode(), timeout=5)
        finally:
            await self.channel.close()

    async def update_status(self, execution_id: str, status: str) -> None:
        try:
            await self.channel.unary_unary(UPDATE_STATUS)(f"{execution_id} {status}".encode(), timeout=5)
        finally:
            await self.channel.close()
