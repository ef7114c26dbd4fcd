"""The model client, at the address of the configuration."""

import logging
from typing import Any

from worker.config import RunnerConfig

logger = logging.getLogger("temporalio.activity")


def chat_model(config: RunnerConfig) -> Any:
    from langchain_ollama import ChatOllama

    model = ChatOllama(
        model=config.model.model_name,
        base_url=config.model.base_url,
        temperature=config.model.temperature,
    )
    logger.info(f"Created ChatOllama with base_url={config.model.base_url}")
    return model
