"""The runner's configuration: the environment over defaults that depend on the mode."""

import os
from dataclasses import dataclass
from enum import Enum
from typing import Optional


class ExecutionMode(Enum):
    LOCAL = "local"
    SANDBOX = "sandbox"
    AUTO = "auto"


@dataclass
class ModelConfig:
    provider: str
    model_name: str
    base_url: Optional[str] = None
    api_key: Optional[str] = None
    max_tokens: Optional[int] = None
    temperature: Optional[float] = None

    @classmethod
    def from_env(cls, mode: str) -> "ModelConfig":
        if mode == "local":
            default_provider = "ollama"
            default_model = "qwen2.5-coder:7b"
            default_base_url: Optional[str] = "http://localhost:11434"
            default_max_tokens: Optional[int] = 8192
            default_temperature: Optional[float] = 0.0
        else:
            default_provider = "anthropic"
            default_model = "claude-sonnet-4.5"
            default_base_url = None
            default_max_tokens = 20000
            default_temperature = None
        provider = os.getenv("STIGMER_LLM_PROVIDER", default_provider)
        model_name = os.getenv("STIGMER_LLM_MODEL", default_model)
        base_url = os.getenv("STIGMER_LLM_BASE_URL", default_base_url)
        api_key = (
            os.getenv("STIGMER_LLM_API_KEY") or
            os.getenv("ANTHROPIC_API_KEY")
        )  # fmt: skip
        max_tokens_text = os.getenv("STIGMER_LLM_MAX_TOKENS")
        max_tokens = int(max_tokens_text) if max_tokens_text else default_max_tokens
        temperature_text = os.getenv("STIGMER_LLM_TEMPERATURE")
        temperature = float(temperature_text) if temperature_text else default_temperature
        config = cls(provider, model_name, base_url, api_key, max_tokens, temperature)
        config.validate()
        return config

    def validate(self) -> None:
        known = {"anthropic", "ollama", "openai"}
        if self.provider not in known:
            raise ValueError(f"Unknown provider {self.provider!r}: one of {', '.join(sorted(known))} is expected")
        if self.provider == "ollama" and not self.base_url:
            raise ValueError("Ollama needs a base URL: set STIGMER_LLM_BASE_URL")
        if self.provider in {"anthropic", "openai"} and not self.api_key:
            raise ValueError(f"{self.provider} needs a key: set STIGMER_LLM_API_KEY or ANTHROPIC_API_KEY")
        if not self.model_name.strip():
            raise ValueError("The model's name is empty")


@dataclass
class RunnerConfig:
    mode: str
    temporal_namespace: str
    temporal_address: str
    task_queue: str
    max_concurrency: int
    stigmer_backend_endpoint: str
    api_key: str
    sandbox_type: str
    sandbox_root: str | None
    redis_host: str | None
    redis_port: int | None
    redis_password: str | None
    model: ModelConfig
    execution_mode: ExecutionMode
    sandbox_image: str
    sandbox_auto_pull: bool
    sandbox_cleanup: bool
    sandbox_ttl: int

    @classmethod
    def from_env(cls) -> "RunnerConfig":
        mode = os.getenv("MODE", "cloud")
        is_local = mode == "local"
        model = ModelConfig.from_env(mode)
        execution_mode_text = os.getenv("STIGMER_EXECUTION_MODE", "local")
        try:
            execution_mode = ExecutionMode(execution_mode_text)
        except ValueError:
            raise ValueError(
                f"Invalid STIGMER_EXECUTION_MODE: {execution_mode_text}; one of local, sandbox, auto is expected"
            ) from None
        api_key = os.getenv("STIGMER_API_KEY", "")
        if not api_key and not is_local:
            raise ValueError("STIGMER_API_KEY is required in cloud mode")
        if is_local and not api_key:
            api_key = "dummy-local-key"
        if is_local:
            sandbox_type = os.getenv("SANDBOX_TYPE", "filesystem")
            sandbox_root = os.getenv("SANDBOX_ROOT_DIR", "./workspace")
            redis_host = None
            redis_port = None
            redis_password = None
        else:
            sandbox_type = "daytona"
            sandbox_root = None
            redis_host = os.getenv("REDIS_HOST", "localhost")
            redis_port = int(os.getenv("REDIS_PORT", "6379"))
            redis_password = os.getenv("REDIS_PASSWORD")
        default_endpoint = "localhost:50051" if is_local else "localhost:8080"
        return cls(
            mode=mode,
            temporal_namespace=os.getenv("TEMPORAL_NAMESPACE", "default"),
            temporal_address=os.getenv("TEMPORAL_SERVICE_ADDRESS", "localhost:7233"),
            task_queue=os.getenv("TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE", "agent_execution_runner"),
            max_concurrency=int(os.getenv("TEMPORAL_MAX_CONCURRENCY", "10")),
            stigmer_backend_endpoint=os.getenv("STIGMER_BACKEND_ENDPOINT", default_endpoint),
            api_key=api_key,
            sandbox_type=sandbox_type,
            sandbox_root=sandbox_root,
            redis_host=redis_host,
            redis_port=redis_port,
            redis_password=redis_password or None,
            model=model,
            execution_mode=execution_mode,
            sandbox_image=os.getenv("STIGMER_SANDBOX_IMAGE", "stigmer-agent-sandbox-basic:local"),
            sandbox_auto_pull=os.getenv("STIGMER_SANDBOX_AUTO_PULL", "true").lower() == "true",
            sandbox_cleanup=os.getenv("STIGMER_SANDBOX_CLEANUP", "true").lower() == "true",
            sandbox_ttl=int(os.getenv("STIGMER_SANDBOX_TTL", "3600")),
        )

    @property
    def is_local(self) -> bool:
        return self.mode == "local"

    @property
    def backend_endpoint(self) -> str:
        return self.stigmer_backend_endpoint
