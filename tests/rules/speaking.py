"""Situations in which each rule of the container speaks, by its code."""

from __future__ import annotations

from functools import partial

from stigmer_doctor.model import facts as f
from tests.rules.altered import altered, open_at, reaching, reading, refused, variables
from tests.rules.different import (
    OTHER,
    Situation,
    docker_socket,
    engine_api,
    engine_fault,
    looked_up,
    on_another_engine,
    recorded,
    restarts,
)
from tests.rules.vary import ALIAS, healthy, in_state, with_setting

REJECTED_BY_GRPCIO = (
    f"{ALIAS}:7234/", f"{ALIAS}:7234/api", f"user@{ALIAS}:7234", f" {ALIAS}:7234", f'"{ALIAS}:7234"', "127.1:7234"
)  # fmt: skip

SPEAKING: dict[str, list[Situation]] = {
    "SD104": [lambda: on_another_engine(f.Match.MISSING)],
    "SD101": [lambda: engine_fault(f.EngineFault.UNREACHABLE), lambda: engine_fault(f.EngineFault.UNKNOWN_CONTEXT)],
    "SD102": [lambda: engine_fault(f.EngineFault.PERMISSION_DENIED)],
    "SD103": [lambda: engine_api("1.40"), lambda: engine_api("1.9")],
    "SD111": [partial(looked_up, kind) for kind in f.Match if kind is not f.Match.FOUND],
    "SD112": [lambda: in_state(healthy(), "exited", exit_code=1), lambda: in_state(healthy(), "paused")],
    "SD113": [lambda: in_state(healthy(), "restarting"), lambda: restarts(9, "2026-01-22T03:27:20Z")],
    "SD114": [lambda: in_state(healthy(), "running", health="unhealthy")],
    "SD115": [lambda: looked_up(f.Match.FOUND, OTHER)],
    "SD116": [lambda: recorded(recorded_id="d" * 64)],
    "SD117": [
        lambda: docker_socket("sandbox", exists=False),
        lambda: docker_socket("auto", exists=True, error="permission denied"),
    ],
    "SD118": [lambda: with_setting(healthy(), "sandbox_root", "/app/workspace"), lambda: altered(mounts=())],
    "SD301": [
        lambda: variables(STIGMER_BACKEND_ENDPOINT=None, STIGMER_BACKEND_URL=f"http://{ALIAS}:7234"),
        lambda: reading(renamed={"STIGMER_LLM_BASE_URL": "OLLAMA_BASE_URL"}),
    ],
    "SD302": [
        lambda: variables(STIGMER_BACKEND_ENDPOINT=f"http://{ALIAS}:7234"),
        lambda: variables(TEMPORAL_SERVICE_ADDRESS=f"https://{ALIAS}:7233"),
    ],
    "SD303": [
        lambda: reaching(
            variables(STIGMER_BACKEND_ENDPOINT=None), *open_at(ALIAS, 7233, 11434), *refused("localhost", 50051)
        )
    ],
    "SD304": [
        lambda: variables(TEMPORAL_SERVICE_ADDRESS=f"{ALIAS}:temporal"),
        *(partial(variables, STIGMER_BACKEND_ENDPOINT=value) for value in REJECTED_BY_GRPCIO),
    ],
    "SD305": [lambda: variables(STIGMER_BAKCEND="x")],
    "SD306": [lambda: variables(STIGMER_EXECUTION_MODE="everywhere"), lambda: variables(TEMPORAL_MAX_CONCURRENCY="x")],
    "SD307": [lambda: variables(STIGMER_LLM_PROVIDER="anthropic")],
}
