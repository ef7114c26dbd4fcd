"""The worker: Redis in cloud mode, then Temporal, then the activities."""

import logging
from typing import Any, Optional

from temporalio.client import Client
from temporalio.worker import Worker

from worker.config import RunnerConfig


class AgentWorker:
    def __init__(self, config: RunnerConfig):
        self.config = config
        self.worker: Optional[Worker] = None
        self.store: Any = None
        self.logger = logging.getLogger(__name__)
        if not config.is_local:
            self._open_store()

    def _open_store(self) -> None:
        from worker.redis_store import RedisSettings, open_store

        if self.config.redis_host is None or self.config.redis_port is None:
            raise ValueError("Cloud mode needs REDIS_HOST and REDIS_PORT")
        settings = RedisSettings(
            host=self.config.redis_host, port=self.config.redis_port, password=self.config.redis_password
        )
        self.store = open_store(settings)
        self.logger.info(f"✅ Connected to Redis at {self.config.redis_host}:{self.config.redis_port}")

    async def register(self) -> None:
        from worker.activities.execute_graphton import execute_graphton

        try:
            client = await Client.connect(self.config.temporal_address, namespace=self.config.temporal_namespace)
        except Exception as error:
            self.logger.error(f"❌ Failed to connect to Temporal: {error}")
            raise
        self.logger.info(
            f"✅ Connected to Temporal server at {self.config.temporal_address}, "
            f"namespace: {self.config.temporal_namespace}"
        )
        self.worker = Worker(
            client,
            task_queue=self.config.task_queue,
            activities=[execute_graphton],
            max_concurrent_activities=self.config.max_concurrency,
        )
        self.logger.info(f"✅ Registered Python activities on task queue: '{self.config.task_queue}'")

    async def run(self) -> None:
        if self.worker:
            await self.worker.run()

    async def stop(self) -> None:
        if self.worker:
            await self.worker.shutdown()
        if self.store:
            self.store.close()
