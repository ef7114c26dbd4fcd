"""Images, and what the container's variables say."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from tests.lab import image
from tests.lab.lab import Lab
from tests.lab.reality.case import FAILED, Case, Setup
from tests.lab.scenarios import ALIAS, ALL, LOCALHOST

_LLM, _OLLAMA = "STIGMER_LLM_BASE_URL", "OLLAMA_BASE_URL"
_BACKEND, _TEMPORAL = "STIGMER_BACKEND_ENDPOINT", "TEMPORAL_SERVICE_ADDRESS"
_QUEUE = "TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE"
_LLM_URL = f"http://{ALIAS}:11434"
_CLOUD = {
    "MODE": "cloud", "STIGMER_API_KEY": "key-of-the-lab", "DAYTONA_API_KEY": "key-of-the-sandbox",
    "REDIS_HOST": ALIAS, _LLM: None, _OLLAMA: _LLM_URL,
}  # fmt: skip
_WHOLE = ("whole-backend", "temporal", "llm")
_WITH_REDIS = (*ALL, "redis")


def _newer(**changes: str | None) -> Setup:
    return Setup({_LLM: None, **changes}, image=image.RENAMED)


def _cloud(until: str = "Worker ready", services: tuple[str, ...] = _WITH_REDIS, **changes: str | None) -> Setup:
    return Setup({**_CLOUD, **changes}, image=image.RENAMED, services=services, until=until)


def _wrong(name: str, value: str) -> Setup:
    return Setup({name: value}, until=FAILED)


def _redis(*words: str) -> Setup:
    """Redis once it was told so; what it says to a runner afterwards."""
    return replace(_cloud(FAILED), before=lambda lab: _tell_redis(lab, *words))


def _tell_redis(lab: Lab, *words: str) -> None:
    done = lab.as_user(["redis-cli", *words])
    if done.stdout.strip() != "OK":
        raise RuntimeError(done.stdout + done.stderr)


def _one_waits(lab: Lab) -> None:
    """An execution that nobody took: it shows where the server sends them."""
    with contextlib.suppress(RuntimeError):
        lab.execute(within=5)


def _one_fails(lab: Lab) -> None:
    """An execution whose error says which service the backend does not have."""
    lab.execute(within=30)


def _one_completes(lab: Lab) -> None:
    """An execution whose workflow was run where the server's are: who did it is listed for two minutes."""
    lab.execute(within=60)


IMAGES = (
    Case("literal-bridge", ("SD607",), Setup(image=image.LITERAL)),
    Case("literal-localhost", ("SD607|SD204",), Setup({_LLM: LOCALHOST[_LLM]}, image=image.LITERAL)),
    Case("literal-both-names", ("SD607",), Setup({_OLLAMA: _LLM_URL}, image=image.LITERAL)),
    Case("literal-linux-host", (), Setup(LOCALHOST, image=image.LITERAL, network="host"), works=True, topology="linux"),
    Case(
        "literal-shared-host", (), Setup(LOCALHOST, image=image.LITERAL, network="host"), works=True, topology="shared"
    ),
    Case(
        "literal-incident",
        ("SD201", "SD301"),
        Setup(
            {_BACKEND: None, "STIGMER_BACKEND_URL": f"http://{ALIAS}:7234", _LLM: LOCALHOST[_LLM]},
            image=image.LITERAL,
            network="host",
            until=FAILED,
        ),
        may=("SD607",),
    ),
    Case("read-only", ("SD305",), Setup({"SANDBOX_ROOT_DIR": None}, read_only=True)),
    Case("workspace-lost", ("SD305",), Setup({"SANDBOX_ROOT_DIR": None}), works=True),
    Case("older-right", (), Setup(), works=True, never=("SD509",)),
    # Nobody takes its workflows but the execution that is run afterwards, which brings its own worker for them.
    Case("server-without-temporal", ("SD509",), Setup(services=_WHOLE), works=True),
    Case("server-on-temporal", (), Setup(services=_WHOLE, after=_one_completes), works=True, never=("SD509",)),
    Case("backend-older", ("SD408",), Setup(services=("older-backend", "temporal", "llm"), after=_one_fails)),
    Case("newer-right", (), _newer(**{_OLLAMA: _LLM_URL}), works=True),
    Case("newer-compose", ("SD303|SD204",), _newer()),
    Case(
        "newer-linux-host",
        (),
        Setup({**LOCALHOST, _LLM: None}, image=image.RENAMED, network="host"),
        works=True,
        topology="linux",
    ),
    Case("backend-unset", ("SD303|SD204",), Setup({_BACKEND: None})),
    Case("temporal-unset", ("SD303|SD204",), Setup({_TEMPORAL: None}, until=FAILED)),
    Case("backend-misnamed", ("SD301",), Setup({_BACKEND: None, "STIGMER_BACKEND_URL": f"http://{ALIAS}:7234"})),
    Case("backend-misnamed-far", ("SD301|SD303",), Setup({_BACKEND: None, "BACKEND_GRPC_TARGET": f"{ALIAS}:7234"})),
    Case("backend-lower-case", ("SD301|SD303",), Setup({_BACKEND: None, _BACKEND.lower(): f"{ALIAS}:7234"})),
    Case("temporal-misnamed", ("SD301",), Setup({_TEMPORAL: None, "TEMPORAL_HOST": f"{ALIAS}:7233"}, until=FAILED)),
)

CLOUD = (
    Case("cloud-right", (), _cloud(), works=True),
    Case("cloud-redis-down", ("SD652",), _cloud(FAILED, ALL)),
    Case("cloud-redis-host-unset", ("SD303|SD204|SD651",), _cloud(FAILED, REDIS_HOST=None)),
    Case("cloud-redis-port", ("SD651",), _cloud(FAILED, REDIS_PORT="6380")),
    Case("cloud-redis-protected", ("SD651",), _redis("config", "set", "protected-mode", "yes")),
    Case("cloud-redis-no-password", ("SD651|SD307",), _redis("config", "set", "requirepass", "of-the-lab")),
    Case("cloud-redis-port-no-number", ("SD306",), _cloud(FAILED, REDIS_PORT="redis")),
    Case("cloud-no-api-key", ("SD307",), _cloud(FAILED, STIGMER_API_KEY=None)),
    Case("cloud-no-daytona-key", ("SD307",), _cloud(DAYTONA_API_KEY=None)),
    Case("cloud-no-model-key", ("SD307",), _cloud(FAILED, STIGMER_LLM_PROVIDER=None)),
)

SETTINGS = (
    Case("mode-mistyped", ("SD306|SD307",), _wrong("MODE", "Local")),
    Case("max-tokens-no-number", ("SD306",), _wrong("STIGMER_LLM_MAX_TOKENS", "8k")),
    Case("temperature-no-number", ("SD306",), _wrong("STIGMER_LLM_TEMPERATURE", "cold")),
    Case("ttl-no-number", ("SD306",), _wrong("STIGMER_SANDBOX_TTL", "1h")),
    Case("concurrency-no-number", ("SD306",), _wrong("TEMPORAL_MAX_CONCURRENCY", "many")),
    Case("provider-unknown", ("SD306",), _wrong("STIGMER_LLM_PROVIDER", "mistral")),
    Case("anthropic-no-key", ("SD307",), _wrong("STIGMER_LLM_PROVIDER", "anthropic")),
    Case(
        "openai-key-unread",
        ("SD307",),
        Setup({"STIGMER_LLM_PROVIDER": "openai", "OPENAI_API_KEY": "sk-of-the-lab"}, until=FAILED),
        may=("SD301",),
    ),
    Case("openai-key-beside", (), Setup({"OPENAI_API_KEY": "sk-of-the-lab"}), works=True),
    Case("library-variable", (), Setup({"STIGMER_RUN_LABEL": "blue"}), works=True, never=("SD301", "SD305")),
    Case("library-variable-ollama", (), Setup({"OLLAMA_HOST": ALIAS}), works=True, never=("SD301", "SD305")),
    Case("queue-renamed", ("SD506",), Setup({_QUEUE: "agent_execution_python"}, after=_one_waits)),
    Case("namespace-missing", ("SD505",), Setup({"TEMPORAL_NAMESPACE": "stigmer"}, until=None)),
)
