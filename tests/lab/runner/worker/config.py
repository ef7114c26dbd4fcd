"""The runner's configuration, from the environment."""

import os
from dataclasses import dataclass


@dataclass
class Config:
    mode: str
    backend_endpoint: str
    api_key: str
    temporal_address: str
    temporal_namespace: str
    task_queue: str
    max_concurrency: int
    sandbox_type: str
    sandbox_root: str
    llm_provider: str
    llm_model: str
    llm_base_url: str
    llm_api_key: str | None
    execution_mode: str
    sandbox_ttl: int

    @classmethod
    def from_environment(cls) -> "Config":
        mode = os.getenv("MODE", "cloud")
        if mode == "local":
            backend_endpoint = os.getenv("STIGMER_BACKEND_ENDPOINT", "localhost:50051")
            api_key = os.getenv("STIGMER_API_KEY", "dummy-local-key")
            llm_provider = os.getenv("STIGMER_LLM_PROVIDER", "ollama")
            llm_model = os.getenv("STIGMER_LLM_MODEL", "qwen2.5-coder:7b")
        else:
            backend_endpoint = os.getenv("STIGMER_BACKEND_ENDPOINT", "localhost:8080")
            api_key = os.getenv("STIGMER_API_KEY", "")
            if not api_key:
                raise ValueError("STIGMER_API_KEY is required in cloud mode")
            llm_provider = os.getenv("STIGMER_LLM_PROVIDER", "anthropic")
            llm_model = os.getenv("STIGMER_LLM_MODEL", "claude-sonnet-4.5")
            os.getenv("REDIS_HOST", "localhost"), os.getenv("REDIS_PORT", "6379"), os.getenv("REDIS_PASSWORD")
        config = cls(
            mode=mode,
            backend_endpoint=backend_endpoint,
            api_key=api_key,
            temporal_address=os.getenv("TEMPORAL_SERVICE_ADDRESS", "localhost:7233"),
            temporal_namespace=os.getenv("TEMPORAL_NAMESPACE", "default"),
            task_queue=os.getenv("TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE", "agent_execution_runner"),
            max_concurrency=int(os.getenv("TEMPORAL_MAX_CONCURRENCY", "10")),
            sandbox_type=os.getenv("SANDBOX_TYPE", "filesystem"),
            sandbox_root=os.getenv("SANDBOX_ROOT_DIR", "./workspace"),
            llm_provider=llm_provider,
            llm_model=llm_model,
            llm_base_url=os.getenv("STIGMER_LLM_BASE_URL", "http://localhost:11434"),
            llm_api_key=os.getenv("STIGMER_LLM_API_KEY") or os.getenv("ANTHROPIC_API_KEY"),
            execution_mode=os.getenv("STIGMER_EXECUTION_MODE", "local"),
            sandbox_ttl=int(os.getenv("STIGMER_SANDBOX_TTL", "3600")),
        )
        config.validate()
        return config

    def validate(self) -> None:
        if self.execution_mode not in ("local", "sandbox", "auto"):
            raise ValueError(f"Invalid STIGMER_EXECUTION_MODE: {self.execution_mode}")
        if self.llm_provider not in ("anthropic", "ollama", "openai"):
            raise ValueError(f"Invalid STIGMER_LLM_PROVIDER: {self.llm_provider}")
        if self.llm_provider != "ollama" and not self.llm_api_key:
            raise ValueError(f"STIGMER_LLM_API_KEY or ANTHROPIC_API_KEY is required for {self.llm_provider}")


@dataclass
class SandboxConfig:
    image: str = os.getenv("STIGMER_SANDBOX_IMAGE", "stigmer-agent-sandbox-basic:local")
    auto_pull: bool = os.getenv("STIGMER_SANDBOX_AUTO_PULL", "true").lower() == "true"
    cleanup: bool = os.getenv("STIGMER_SANDBOX_CLEANUP", "true").lower() == "true"
