"""Situations that look alike in which each rule of the container must not speak, by its code."""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from tests.rules.altered import (
    container_of,
    open_at,
    passive,
    reaching,
    variables,
)
from tests.rules.different import (
    GRPC_LINE,
    HTTP_LINE,
    OTHER,
    OWN,
    RUST_LINE,
    START_LINE,
    Situation,
    addressed,
    backend,
    compared,
    degraded,
    docker_socket,
    elsewhere,
    engine_api,
    engine_fault,
    llm,
    looked_up,
    on_another_engine,
    other_backend,
    polled,
    recorded,
    restarts,
    temporal,
)
from tests.rules.vary import (
    ALIAS,
    PORTS,
    failing,
    healthy,
    in_state,
    logging,
    served_here,
    stopped,
    with_setting,
)

SILENT: dict[str, list[Situation]] = {
    "SD104": [lambda: on_another_engine(f.Match.FOUND), lambda: looked_up(f.Match.MISSING)],
    "SD407": [healthy, lambda: other_backend(has_service=True), lambda: other_backend(has_service=None)],
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
    "SD404": [lambda: backend(f.Answered.YES, status="UNAUTHENTICATED"), lambda: failing("backend", f.Outcome.REFUSED)],
    "SD405": [
        lambda: compared("backend", degraded("backend", answered=f.Answered.TIMED_OUT)),
        lambda: backend(f.Answered.YES, status="UNIMPLEMENTED"),
        lambda: backend(f.Answered.WRONG_PROTOCOL),
    ],
    "SD504": [lambda: failing("temporal", f.Outcome.REFUSED), lambda: temporal(answered=f.Answered.TIMED_OUT)],
    "SD505": [lambda: temporal(namespace_exists=None), lambda: passive(healthy())],
    "SD506": [
        lambda: replace(polled(), container=container_of(restarts(0, "2026-01-22T03:27:15Z"))),
        lambda: temporal(pollers=None),
        lambda: temporal(namespace_exists=False, pollers=()),
    ],
    "SD508": [
        lambda: polled(OWN),
        lambda: polled(OWN, "77@laptop", at="2026-01-22T03:00:02Z"),
        lambda: polled(OWN, "my-own-identity"),
        lambda: in_state(polled("77@laptop"), "exited"),
    ],
    "SD605": [lambda: llm(models=()), lambda: failing("llm", f.Outcome.REFUSED)],
    "SD606": [
        lambda: llm(models=("QWEN2.5-coder:7b",)),
        lambda: replace(with_setting(healthy(), "llm_model", "llama3"), llm=llm(models=("llama3:latest",)).llm),
        lambda: failing("llm", f.Outcome.REFUSED),
    ],
    "SD701": [lambda: logging(healthy(), "all connection attempts succeeded"), lambda: logging(healthy(), RUST_LINE)],
    "SD702": [lambda: logging(healthy(), HTTP_LINE)],
    "SD703": [lambda: logging(healthy(), GRPC_LINE)],
    "SD704": [lambda: logging(in_state(healthy(), "exited", exit_code=0), START_LINE, "x - Worker ready, polling")],
}
for prefix, name in (("SD4", "backend"), ("SD5", "temporal"), ("SD6", "llm")):
    SILENT[f"{prefix}01"] = [lambda: passive(healthy()), partial(addressed, name, "198.18.0.1:1234")]
    SILENT[f"{prefix}02"] = [
        *(partial(failing, other, f.Outcome.REFUSED) for other in PORTS if other != name),
        partial(failing, name, f.Outcome.TIMED_OUT),
        lambda: passive(healthy()),
    ]
    SILENT[f"{prefix}03"] = [
        partial(failing, name, f.Outcome.REFUSED),
        lambda: passive(healthy()),
    ]
for code, name in (("SD406", "backend"), ("SD507", "temporal"), ("SD604", "llm")):
    SILENT[code] = [
        partial(failing, name, f.Outcome.REFUSED),
        partial(elsewhere, stopped(name)),
        partial(served_here, failing(name, f.Outcome.TIMED_OUT), PORTS[name], f.Outcome.CONNECTED),
    ]
