"""Situations in which each rule of the container speaks, by its code."""

from __future__ import annotations

from functools import partial

from stigmer_doctor.model import facts as f
from tests.rules.altered import altered, open_at, reaching, reading, refused, variables
from tests.rules.different import (
    GRPC_LINE,
    HTTP_LINE,
    OTHER,
    OWN,
    RUST_LINE,
    START_LINE,
    Situation,
    backend,
    docker_socket,
    engine_api,
    engine_fault,
    llm,
    looked_up,
    on_another_engine,
    other_backend,
    polled,
    recorded,
    restarts,
    served_nowhere,
    temporal,
)
from tests.rules.vary import ALIAS, failing, healthy, in_state, logging, stopped, unknown, with_setting

REJECTED_BY_GRPCIO = (
    f"{ALIAS}:7234/", f"{ALIAS}:7234/api", f"user@{ALIAS}:7234", f" {ALIAS}:7234", f'"{ALIAS}:7234"', "127.1:7234"
)  # fmt: skip

NOBODY = served_nowhere()
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
    "SD404": [lambda: backend(f.Answered.WRONG_PROTOCOL, detail="Trying to connect an http1.x server")],
    "SD405": [lambda: backend(f.Answered.TIMED_OUT), lambda: backend(f.Answered.UNAVAILABLE, status="NOT_SERVING")],
    "SD407": [lambda: other_backend(has_service=False), lambda: other_backend(has_service=False, other="Temporal")],
    "SD504": [lambda: temporal(answered=f.Answered.WRONG_PROTOCOL, status="UNIMPLEMENTED")],
    "SD505": [lambda: temporal(namespace_exists=False)],
    "SD506": [polled, lambda: polled(OWN, at="2026-01-22T03:20:00Z")],
    "SD508": [lambda: polled(OWN, "77@laptop")],
    "SD605": [lambda: llm(answered=f.Answered.WRONG_PROTOCOL, models=())],
    "SD606": [lambda: llm(models=()), lambda: llm(models=("qwen2.5-coder:1.5b",))],
    "SD701": [lambda: logging(failing("llm", f.Outcome.REFUSED), HTTP_LINE)],
    "SD702": [lambda: logging(failing("backend", f.Outcome.REFUSED), GRPC_LINE)],
    "SD703": [lambda: logging(failing("temporal", f.Outcome.REFUSED), RUST_LINE)],
    "SD704": [lambda: logging(in_state(healthy(), "exited", exit_code=1), START_LINE)],
}
for prefix, name in (("SD4", "backend"), ("SD5", "temporal"), ("SD6", "llm")):
    SPEAKING[f"{prefix}01"] = [lambda: unknown(ALIAS, healthy())]
    SPEAKING[f"{prefix}02"] = [partial(failing, name, f.Outcome.REFUSED)]
    SPEAKING[f"{prefix}03"] = [
        partial(failing, name, f.Outcome.TIMED_OUT),
        partial(failing, name, f.Outcome.NO_ROUTE),
    ]
for code, name in (("SD406", "backend"), ("SD507", "temporal"), ("SD604", "llm")):
    SPEAKING[code] = [partial(stopped, name)]
