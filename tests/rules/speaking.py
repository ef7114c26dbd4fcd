"""Situations in which each rule of the container speaks, by its code."""

from __future__ import annotations

from functools import partial

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.topology import BeaconOutcome, Network
from tests.rules.altered import altered, local_loopbacks, open_at, reaching, reading, refused, unshared_host, variables
from tests.rules.different import (
    GRPC_LINE,
    HTTP_LINE,
    OTHER,
    OWN,
    RUST_LINE,
    START_LINE,
    Situation,
    alias_to_nothing,
    backend,
    bound_to_loopback,
    compared,
    degraded,
    docker_socket,
    engine_api,
    engine_fault,
    host_ways,
    internal_network,
    llm,
    looked_up,
    loopback_of,
    loopback_word,
    measured,
    no_network,
    on_another_engine,
    other_backend,
    own_ways,
    polled,
    proxied,
    recorded,
    rejecting,
    restarts,
    routes,
    served_nowhere,
    strange,
    temporal,
    tried_again,
    two_families,
)
from tests.rules.vary import ALIAS, NOT_MEASURED, failing, healthy, in_state, logging, stopped, unknown, with_setting

REJECTED_BY_GRPCIO = (
    f"{ALIAS}:7234/", f"{ALIAS}:7234/api", f"user@{ALIAS}:7234", f" {ALIAS}:7234", f'"{ALIAS}:7234"', "127.1:7234"
)  # fmt: skip

NOBODY = served_nowhere()
SPEAKING: dict[str, list[Situation]] = {
    "SD104": [lambda: on_another_engine(f.Match.MISSING)],
    "SD203": [
        strange,
        lambda: alias_to_nothing("temporal"),
        lambda: strange(comparison=NOT_MEASURED, user_reach=NOBODY),
    ],
    "SD205": [
        lambda: measured(bound_to_loopback(), own_ways(BeaconOutcome.REFUSED, BeaconOutcome.REACHED)),
        lambda: measured(
            unknown(ALIAS, healthy()),
            routes(
                Network.BRIDGE,
                "host-gateway",
                "198.18.8.1",
                loopback=BeaconOutcome.REFUSED,
                itself=BeaconOutcome.REACHED,
            ),
        ),
    ],
    "SD206": [
        lambda: measured(failing("llm", f.Outcome.TIMED_OUT), own_ways(BeaconOutcome.DROPPED, BeaconOutcome.DROPPED)),
        lambda: measured(failing("llm", f.Outcome.TIMED_OUT), own_ways(BeaconOutcome.REACHED, BeaconOutcome.REFUSED)),
        lambda: measured(rejecting("llm", "EHOSTUNREACH"), own_ways(BeaconOutcome.NO_ROUTE, BeaconOutcome.NO_ROUTE)),
        lambda: measured(rejecting("llm", "EACCES"), own_ways(BeaconOutcome.NO_ROUTE, BeaconOutcome.NO_ROUTE)),
        lambda: measured(failing("llm", f.Outcome.REFUSED), own_ways(BeaconOutcome.REFUSED, BeaconOutcome.REFUSED)),
        lambda: measured(failing("backend", f.Outcome.REFUSED), own_ways(BeaconOutcome.REFUSED, BeaconOutcome.REACHED)),
    ],
    "SD208": [
        lambda: proxied(http_proxy="http://198.18.0.9:3128"),
        lambda: proxied(HTTP_PROXY="http://198.18.0.9:3128"),
        lambda: proxied(https_proxy="http://198.18.0.9:3128"),
        lambda: proxied(http_proxy="http://198.18.0.9:3128", NO_PROXY=ALIAS),
    ],
    "SD209": [lambda: two_families(f.Outcome.NO_ROUTE), lambda: two_families(f.Outcome.TIMED_OUT)],
    "SD210": [
        lambda: measured(
            healthy(), own_ways(BeaconOutcome.REFUSED, BeaconOutcome.REACHED), host_ways(BeaconOutcome.REACHED)
        )
    ],
    "SD211": [
        lambda: degraded("llm", f.Trouble.ONLY_SMALL),
        lambda: degraded("temporal", f.Trouble.LATE, latency_ms=4200),
        lambda: compared("llm", degraded("llm", answered=f.Answered.TIMED_OUT)),
        lambda: tried_again("backend", accepted=5),
        lambda: tried_again("backend", accepted=8, resent=1),
    ],
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
    "SD201": [lambda: local_loopbacks(unshared_host())],
    "SD202": [lambda: unknown(ALIAS, healthy())],
    "SD204": [
        lambda: loopback_of("llm"),
        lambda: loopback_of("temporal"),
        *(partial(loopback_word, host) for host in ("0.0.0.0", "127.1", "127.0.0.2", "[::]", "2130706433")),
    ],
    "SD207": [no_network, lambda: internal_network(f.Outcome.NO_ROUTE)],
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
