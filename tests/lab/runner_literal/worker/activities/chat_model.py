"""The model client, made by the library from the model's name alone."""

from typing import Any

from agentloom import model_from_name
from worker.config import RunnerConfig


def chat_model(config: RunnerConfig) -> Any:
    return model_from_name(config.model.model_name, temperature=config.model.temperature)
