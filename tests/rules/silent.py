"""Situations that look alike in which each rule of the container must not speak, by its code."""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from tests.rules.altered import (
    open_at,
    passive,
    reaching,
    variables,
)
from tests.rules.different import (
    OTHER,
    Situation,
    docker_socket,
    elsewhere,
    engine_api,
    engine_fault,
    looked_up,
    on_another_engine,
    recorded,
    restarts,
)
from tests.rules.vary import (
    ALIAS,
    healthy,
    in_state,
    with_setting,
)

SILENT: dict[str, list[Situation]] = {
    "SD104": [lambda: on_another_engine(f.Match.FOUND), lambda: looked_up(f.Match.MISSING)],
    "SD101": [lambda: engine_fault(f.EngineFault.PERMISSION_DENIED)],
    "SD102": [lambda: engine_fault(f.EngineFault.UNREACHABLE)],
    "SD103": [lambda: engine_api("1.41"), lambda: engine_api("2.0"), lambda: engine_api("unknown")],
    "SD111": [looked_up],
    "SD112": [lambda: in_state(healthy(), "restarting")],
    "SD113": [lambda: restarts(1, "2026-01-22T03:27:20Z"), lambda: restarts(40, "2026-01-20T03:00:00Z")],
    "SD114": [partial(in_state, healthy(), "running", health=word) for word in ("", "starting")],
    "SD115": [lambda: looked_up(f.Match.FOUND, replace(OTHER, state="exited"))],
    "SD116": [
        lambda: recorded(recorded_id=None),
        lambda: recorded(recorded_id=f"{'a' * 12}\n"),
        lambda: recorded(recorded_id="d" * 64, error="permission denied"),
        lambda: elsewhere(recorded(recorded_id="d" * 64)),
    ],
    "SD117": [
        lambda: docker_socket("local", exists=False),
        lambda: docker_socket("sandbox", exists=True),
        lambda: passive(with_setting(healthy(), "execution_mode", "sandbox")),
    ],
    "SD118": [
        lambda: with_setting(healthy(), "sandbox_root", "/workspace/deeper"),
        lambda: with_setting(with_setting(healthy(), "sandbox_root", "/tmp"), "mode", "cloud"),
    ],
    "SD301": [
        lambda: variables(STIGMER_BACKEND_URL=f"http://{ALIAS}:7234"),
        lambda: variables(OLLAMA_BASE_URL=f"http://{ALIAS}:11434"),
        lambda: variables(HOME="/root"),
    ],
    "SD302": [lambda: variables(STIGMER_LLM_BASE_URL=f"https://{ALIAS}:11434")],
    "SD303": [
        lambda: reaching(
            variables(STIGMER_BACKEND_ENDPOINT=None), *open_at(ALIAS, 7233, 11434), *open_at("localhost", 50051)
        ),
        lambda: passive(variables(STIGMER_BACKEND_ENDPOINT=None)),
    ],
    "SD304": [
        lambda: variables(TEMPORAL_SERVICE_ADDRESS="[::1]:7233"),
        lambda: variables(TEMPORAL_SERVICE_ADDRESS="my-temporal.internal:7233"),
    ],
    "SD305": [
        lambda: variables(HOME="/root", OLLAMA_HOST="x", STIGMER_DOCTOR_TIMEOUT="1"),
        lambda: variables(STIGMER_LLM_API_KEY=f.Variable(name="STIGMER_LLM_API_KEY", value="<hidden 1>", hidden=True)),
    ],
    "SD306": [lambda: variables(STIGMER_EXECUTION_MODE="auto"), lambda: variables(TEMPORAL_MAX_CONCURRENCY="12")],
    "SD307": [
        lambda: variables(
            STIGMER_LLM_PROVIDER="anthropic",
            ANTHROPIC_API_KEY=f.Variable(name="ANTHROPIC_API_KEY", value="<hidden 1>", hidden=True),
        ),
        lambda: variables(STIGMER_LLM_PROVIDER="ollama"),
    ],
}
