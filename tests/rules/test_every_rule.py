"""Every rule on its own: situations in which it speaks, and situations that look alike in which it must not."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import CheckStatus
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.model.topology import Heard, Network, Topology, Way
from stigmer_doctor.rules.pages import page
from stigmer_doctor.rules.registry import RULES
from tests.healthy import NOT_MEASURED, dial, endpoint
from tests.rules.altered import (
    altered,
    assumed,
    container_of,
    local_loopbacks,
    on_host_network,
    open_at,
    passive,
    reaching,
    reading,
    refused,
    shared_host,
    unshared_host,
    variables,
)
from tests.rules.sources import SOURCES
from tests.rules.vary import (
    ALIAS,
    PORTS,
    configured,
    diagnose,
    failing,
    healthy,
    in_state,
    logging,
    served_here,
    stopped,
    unknown,
    with_setting,
)

SECTIONS = ("Problem", "Why it happens", "How it was measured", "Remedy", "When it stays quiet")
Situation = Callable[[], f.Facts]

HTTP_LINE = "2026-01-22 03:26:58,001 - activity - ERROR - All connection attempts failed"
GRPC_LINE = "failed to connect to all addresses; last error: UNKNOWN: ipv4:127.0.0.1:50051: Connection refused (111)"
RUST_LINE = "2026-01-22 03:26:58,001 - __main__ - ERROR - Failed client connect: tonic::transport::Error(Transport)"
START_LINE = "2026-01-22 03:26:58,001 - __main__ - ERROR - STARTUP FAILURE: Worker Initialization Error"
ALL_INTERFACES = tuple(f.Listener(address="0.0.0.0", port=port) for port in PORTS.values())
OTHER = f.Brief(id="c" * 64, name="runner-2", image="stigmer-agent-runner:local", state="running", created="")


# ---- ways to say what is different -----------------------------------------------------------------------------------


def engine_fault(fault: f.EngineFault) -> f.Facts:
    search = f.EngineSearch(endpoint="unix:///var/run/docker.sock", source="default", local=True, fault=fault)
    return replace(healthy(), search=search, engine=NOT_MEASURED)


def engine_api(version: str) -> f.Facts:
    engine = healthy().engine
    assert isinstance(engine, f.Engine)
    return replace(healthy(), engine=replace(engine, api_version=version))


def looked_up(match: f.Match = f.Match.FOUND, *runners: f.Brief) -> f.Facts:
    lookup = healthy().lookup
    assert isinstance(lookup, f.Lookup)
    return replace(healthy(), lookup=replace(lookup, match=match, runners=(*lookup.runners, *runners)))


def on_another_engine(match: f.Match) -> f.Facts:
    lookup = looked_up(match).lookup
    assert isinstance(lookup, f.Lookup)
    other = f.Elsewhere(endpoint="unix:///run/other.sock", container=OTHER)
    return replace(healthy(), lookup=replace(lookup, elsewhere=(other,)))


def restarts(count: int, started_at: str) -> f.Facts:
    return altered(in_state(healthy(), "running", started_at=started_at), restart_count=count)


def recorded(**changes: object) -> f.Facts:
    data_dir = healthy().data_dir
    assert isinstance(data_dir, f.DataDir)
    return replace(healthy(), data_dir=replace(data_dir, **changes))


def elsewhere(facts: f.Facts) -> f.Facts:
    return replace(facts, search=replace(facts.search, local=False))


def docker_socket(mode: str, *, exists: bool, error: str = "") -> f.Facts:
    facts = with_setting(healthy(), "execution_mode", mode)
    assert isinstance(facts.inside, f.Inside)
    return replace(
        facts, inside=replace(facts.inside, docker_socket=f.SocketProbe(path="/s", exists=exists, error=error))
    )


def no_network(mode: str = "none") -> f.Facts:
    isolated = altered(network_mode=mode, networks=())
    return reaching(isolated, *refused("localhost", *PORTS.values()), lost=(ALIAS,))


def internal_network(how: f.Outcome) -> f.Facts:
    network = f.Network(name="inner", driver="bridge", internal=True, address="198.18.9.2")
    facts = altered(network_mode="inner", networks=(network,))
    return reaching(facts, *(dial(ALIAS, port, how) for port in PORTS.values()))


def addressed(name: str, address: str) -> f.Facts:
    return configured(healthy(), endpoint(name, address))


def loopback_of(name: str) -> f.Facts:
    variable = "STIGMER_LLM_BASE_URL" if name == "llm" else "TEMPORAL_SERVICE_ADDRESS"
    scheme = "http://" if name == "llm" else ""
    facts = variables(healthy(), **{variable: f"{scheme}localhost:{PORTS[name]}"})
    others = [port for other, port in PORTS.items() if other != name]
    return reaching(facts, *open_at(ALIAS, *others), *refused("localhost", *PORTS.values()))


def backend(answered: f.Answered, status: str = "UNAVAILABLE", detail: str = "") -> f.Facts:
    return replace(healthy(), backend=f.BackendAnswer(answered=answered, status=status, detail=detail))


def temporal(**changes: object) -> f.Facts:
    answer = healthy().temporal
    assert isinstance(answer, f.TemporalAnswer)
    return replace(healthy(), temporal=replace(answer, **changes))


def llm(**changes: object) -> f.Facts:
    answer = healthy().llm
    assert isinstance(answer, f.LlmAnswer)
    return replace(healthy(), llm=replace(answer, **changes))


def polled(*identities: str, at: str = "2026-01-22T03:27:20Z") -> f.Facts:
    return temporal(pollers=tuple(f.Poller(identity=each, last_access=at, kinds=("workflow",)) for each in identities))


ALIAS_ADDRESS = "198.18.0.1"


def ways(network: Network, name: str, address: str, **heard: Heard) -> tuple[Way, ...]:
    """`loopback` and `itself` are what was heard of beacons on 127.0.0.1 and on the address."""
    listeners = {"loopback": "127.0.0.1", "itself": address}
    return tuple(
        Way(network=network, name=name, address=address, listener=listeners[key], heard=each)
        for key, each in heard.items()
    )


def measured(facts: f.Facts, *seen: tuple[Way, ...]) -> f.Facts:
    return replace(facts, topology=Topology(ways=tuple(way for each in seen for way in each)))


def own_ways(loopback: Heard, itself: Heard) -> tuple[Way, ...]:
    return ways(Network.OWN, ALIAS, ALIAS_ADDRESS, loopback=loopback, itself=itself)


def host_ways(heard: Heard) -> tuple[Way, ...]:
    return ways(Network.HOST, "localhost", "127.0.0.1", loopback=heard)


def bound_to_loopback() -> f.Facts:
    return failing("llm", f.Outcome.REFUSED)


def strange(**changes: object) -> f.Facts:
    """The alias leads elsewhere; what answers there is taken for the services."""
    return replace(measured(healthy(), ways(Network.OWN, ALIAS, ALIAS_ADDRESS, loopback=Heard.REFUSED)), **changes)


def proxied(**more: str) -> f.Facts:
    return altered(
        environment=(
            *container_of(healthy()).environment,
            *(f.Variable(name=name, value=value) for name, value in more.items()),
        )
    )


def two_families(v6: f.Outcome) -> f.Facts:
    reach = healthy().container_reach
    assert isinstance(reach, f.Reach)
    return replace(healthy(), container_reach=replace(reach, dials=(*reach.dials, dial(ALIAS, 7233, v6, "fd00::1"))))


# ---- the situations --------------------------------------------------------------------------------------------------

OWN = f"1@{'a' * 12}"
FIRES: dict[str, list[Situation]] = {
    "SD104": [lambda: on_another_engine(f.Match.MISSING)],
    "SD203": [strange],
    "SD205": [
        lambda: measured(bound_to_loopback(), own_ways(Heard.REFUSED, Heard.REACHED)),
        lambda: measured(
            unknown(ALIAS, healthy()),
            ways(Network.BRIDGE, "host-gateway", "198.18.8.1", loopback=Heard.REFUSED, itself=Heard.REACHED),
        ),
    ],
    "SD206": [
        lambda: measured(failing("llm", f.Outcome.TIMED_OUT), own_ways(Heard.DROPPED, Heard.DROPPED)),
        lambda: measured(failing("llm", f.Outcome.TIMED_OUT), own_ways(Heard.REACHED, Heard.REFUSED)),
    ],
    "SD208": [
        lambda: proxied(http_proxy="http://198.18.0.9:3128"),
        lambda: proxied(HTTP_PROXY="http://198.18.0.9:3128"),
        lambda: proxied(https_proxy="http://198.18.0.9:3128"),
        lambda: proxied(http_proxy="http://198.18.0.9:3128", NO_PROXY=ALIAS),
    ],
    "SD209": [lambda: two_families(f.Outcome.NO_ROUTE), lambda: two_families(f.Outcome.TIMED_OUT)],
    "SD210": [lambda: measured(healthy(), own_ways(Heard.REFUSED, Heard.REACHED), host_ways(Heard.REACHED))],
    "SD101": [lambda: engine_fault(f.EngineFault.UNREACHABLE), lambda: engine_fault(f.EngineFault.UNKNOWN_CONTEXT)],
    "SD102": [lambda: engine_fault(f.EngineFault.PERMISSION_DENIED)],
    "SD103": [lambda: engine_api("1.40"), lambda: engine_api("1.9")],
    "SD111": [partial(looked_up, each) for each in f.Match if each is not f.Match.FOUND],
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
    "SD204": [lambda: loopback_of("llm"), lambda: loopback_of("temporal")],
    "SD207": [no_network, lambda: internal_network(f.Outcome.NO_ROUTE)],
    "SD301": [
        lambda: variables(STIGMER_BACKEND_ENDPOINT=None, STIGMER_BACKEND_URL=f"http://{ALIAS}:7234"),
        lambda: reading(renamed={"STIGMER_LLM_BASE_URL": "OLLAMA_BASE_URL"}),
    ],
    "SD302": [lambda: variables(STIGMER_BACKEND_ENDPOINT=f"http://{ALIAS}:7234")],
    "SD303": [
        lambda: reaching(
            variables(STIGMER_BACKEND_ENDPOINT=None), *open_at(ALIAS, 7233, 11434), *refused("localhost", 50051)
        )
    ],
    "SD304": [lambda: variables(TEMPORAL_SERVICE_ADDRESS=f"{ALIAS}:temporal")],
    "SD305": [lambda: variables(STIGMER_BAKCEND="x")],
    "SD306": [lambda: variables(STIGMER_EXECUTION_MODE="everywhere"), lambda: variables(TEMPORAL_MAX_CONCURRENCY="x")],
    "SD307": [lambda: variables(STIGMER_LLM_PROVIDER="anthropic")],
    "SD404": [lambda: backend(f.Answered.WRONG_PROTOCOL, detail="Trying to connect an http1.x server")],
    "SD405": [lambda: backend(f.Answered.TIMED_OUT), lambda: backend(f.Answered.UNAVAILABLE, status="NOT_SERVING")],
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
    FIRES[f"{prefix}01"] = [lambda: unknown(ALIAS, healthy())]
    FIRES[f"{prefix}02"] = [partial(failing, name, f.Outcome.REFUSED)]
    FIRES[f"{prefix}03"] = [
        partial(failing, name, f.Outcome.TIMED_OUT),
        partial(failing, name, f.Outcome.NO_ROUTE),
    ]
for code, name in (("SD406", "backend"), ("SD507", "temporal"), ("SD604", "llm")):
    FIRES[code] = [partial(stopped, name)]

SILENT: dict[str, list[Situation]] = {
    "SD104": [lambda: on_another_engine(f.Match.FOUND), lambda: looked_up(f.Match.MISSING)],
    "SD203": [
        lambda: measured(healthy(), own_ways(Heard.REACHED, Heard.REFUSED)),
        lambda: measured(healthy(), own_ways(Heard.REFUSED, Heard.REACHED)),
        lambda: measured(healthy(), ways(Network.OWN, ALIAS, ALIAS_ADDRESS, loopback=Heard.DROPPED)),
        lambda: elsewhere(strange()),
        lambda: strange(listeners=f.Listeners(ports=tuple(PORTS.values()), items=ALL_INTERFACES)),
        healthy,
    ],
    "SD205": [
        lambda: measured(bound_to_loopback(), own_ways(Heard.REACHED, Heard.REFUSED)),
        lambda: measured(bound_to_loopback(), own_ways(Heard.DROPPED, Heard.DROPPED)),
        lambda: measured(failing("backend", f.Outcome.REFUSED), own_ways(Heard.REFUSED, Heard.REACHED)),
        lambda: measured(stopped("llm"), own_ways(Heard.REFUSED, Heard.REACHED)),
        lambda: elsewhere(measured(bound_to_loopback(), own_ways(Heard.REFUSED, Heard.REACHED))),
    ],
    "SD206": [
        lambda: measured(bound_to_loopback(), own_ways(Heard.DROPPED, Heard.DROPPED)),
        lambda: measured(
            failing("llm", f.Outcome.TIMED_OUT), ways(Network.OWN, ALIAS, ALIAS_ADDRESS, loopback=Heard.DROPPED)
        ),
        lambda: elsewhere(measured(failing("llm", f.Outcome.TIMED_OUT), own_ways(Heard.DROPPED, Heard.DROPPED))),
    ],
    "SD208": [
        lambda: proxied(http_proxy="http://198.18.0.9:3128", no_proxy=f"localhost,{ALIAS}"),
        lambda: proxied(http_proxy="http://198.18.0.9:3128", no_proxy="*"),
        lambda: proxied(http_proxy="http://198.18.0.9:3128", no_proxy=".docker.internal"),
        lambda: proxied(FTP_PROXY="http://198.18.0.9:3128"),
        lambda: proxied(http_proxy=""),
    ],
    "SD209": [lambda: two_families(f.Outcome.REFUSED), lambda: two_families(f.Outcome.CONNECTED)],
    "SD210": [
        lambda: measured(healthy(), own_ways(Heard.REACHED, Heard.REFUSED)),
        lambda: measured(healthy(), own_ways(Heard.REFUSED, Heard.REACHED), host_ways(Heard.REFUSED)),
        lambda: measured(on_host_network(), host_ways(Heard.REACHED)),
    ],
    "SD101": [lambda: engine_fault(f.EngineFault.PERMISSION_DENIED)],
    "SD102": [lambda: engine_fault(f.EngineFault.UNREACHABLE)],
    "SD103": [lambda: engine_api("1.41"), lambda: engine_api("2.0"), lambda: engine_api("unknown")],
    "SD111": [looked_up],
    "SD112": [lambda: in_state(healthy(), "restarting")],
    "SD113": [lambda: restarts(1, "2026-01-22T03:27:20Z"), lambda: restarts(40, "2026-01-20T03:00:00Z")],
    "SD114": [partial(in_state, healthy(), "running", health=each) for each in ("", "starting")],
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
    "SD201": [
        lambda: local_loopbacks(shared_host()),
        lambda: elsewhere(local_loopbacks(unshared_host())),
        lambda: passive(local_loopbacks(on_host_network())),
        local_loopbacks,
    ],
    "SD202": [
        lambda: configured(unknown(ALIAS, healthy()), *(endpoint(n, f"10.0.0.9:{p}") for n, p in PORTS.items())),
        lambda: passive(healthy()),
        lambda: failing("temporal", f.Outcome.REFUSED),
    ],
    "SD204": [
        lambda: reaching(local_loopbacks(), *open_at("localhost", *PORTS.values())),
        lambda: local_loopbacks(on_host_network()),
    ],
    "SD207": [
        lambda: internal_network(f.Outcome.REFUSED),
        lambda: failing("backend", f.Outcome.TIMED_OUT),
        lambda: passive(altered(network_mode=f"container:{'e' * 64}", networks=())),
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
    "SD405": [lambda: backend(f.Answered.YES, status="UNIMPLEMENTED"), lambda: backend(f.Answered.WRONG_PROTOCOL)],
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
for code, (speaks, quiet) in SOURCES.items():
    FIRES[code], SILENT[code] = list(speaks), list(quiet)


def cases(situations: dict[str, list[Situation]]) -> list[object]:
    return [
        pytest.param(code, situation, id=f"{code}-{number}")
        for code, chosen in sorted(situations.items())
        for number, situation in enumerate(chosen, 1)
    ]


def codes(facts: f.Facts) -> set[str]:
    return {each.code for each in diagnose(facts, *RULES).findings}


@pytest.mark.parametrize(("code", "situation"), cases(FIRES))
def test_it_speaks(code: str, situation: Situation) -> None:
    assert code in codes(situation())


@pytest.mark.parametrize(("code", "situation"), cases(SILENT))
def test_it_stays_quiet(code: str, situation: Situation) -> None:
    assert code not in codes(situation())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_has_both_and_a_page(rule: Rule) -> None:
    assert FIRES[rule.code]
    assert SILENT[rule.code]
    assert page(rule).startswith(f"# {rule.code} {rule.name}\n")
    sections = [line for line in page(rule).splitlines() if line.startswith("## ")]
    assert sections == [f"## {each}" for each in SECTIONS]


def test_a_healthy_runner_passes_every_rule_that_can_be_asked() -> None:
    checks = diagnose(healthy(), *RULES).checks
    left = {each.code for each in checks if each.status == CheckStatus.SKIP}
    assert left == {"SD210", *(each.code for each in RULES if each.code.startswith(("SD8", "SD9")))}
    assert {each.status for each in checks} == {CheckStatus.PASS, CheckStatus.SKIP}


def test_with_nothing_measured_nobody_is_accused_of_a_dial() -> None:
    found = codes(passive(healthy()))
    assert not {each for each in found if each[2] in "456"}


def test_an_assumed_contract_accuses_nobody_of_what_the_image_may_read() -> None:
    assert "SD305" not in codes(assumed(variables(STIGMER_NEW_SETTING="x")))
