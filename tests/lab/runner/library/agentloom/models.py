"""Model clients by name."""

from typing import Any

OLLAMA_DEFAULTS: dict[str, Any] = {
    "base_url": "http://localhost:11434",
    "temperature": 0.0,
}
ALIASES = {"qwen": "qwen2.5-coder:7b", "llama": "llama3.2:3b"}


def model_from_name(name: str, temperature: float | None = None, **more: Any) -> Any:
    """A client for the model, with this library's defaults under what is asked for."""
    full_name = ALIASES.get(name, name)
    params: dict[str, Any] = {**OLLAMA_DEFAULTS}
    if temperature is not None:
        params["temperature"] = temperature
    params.update(more)
    from langchain_ollama import ChatOllama

    return ChatOllama(model=full_name, **params)
