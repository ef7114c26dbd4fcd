"""What is in force: the contract applied to the environment."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import convert, to_builtins
from msgspec.structs import replace

from stigmer_doctor import profile
from stigmer_doctor.collect.addresses import ParsedAddress, parse_address
from stigmer_doctor.collect.banners import logged_addresses, unknown_services
from stigmer_doctor.collect.configuration import configuration
from stigmer_doctor.collect.contract import assumed_contract
from stigmer_doctor.model import facts as f
from tests.healthy import environment, healthy

PROFILE = profile.load()
BACKEND, TEMPORAL, LLM, REDIS = PROFILE.endpoints


def in_force(contract: f.Contract | None = None, **values: str) -> f.Configuration:
    container, known = healthy().container, healthy().contract
    assert isinstance(container, f.Container)
    assert isinstance(known, f.Contract)
    return configuration(replace(container, environment=environment(**values)), contract or known, PROFILE)


def endpoint(config: f.Configuration, name: str) -> f.Endpoint:
    found = config.endpoint(name)
    assert found is not None
    return found


@pytest.mark.parametrize(("mode", "address"), [("local", "localhost:50051"), ("cloud", "localhost:8080")])
def test_the_default_is_that_of_the_mode(mode: str, address: str) -> None:
    backend = endpoint(in_force(MODE=mode), "backend")
    assert backend.address == address
    assert backend.origin is f.Origin.DEFAULT


def test_a_variable_that_nobody_reads_changes_nothing() -> None:
    config = in_force(MODE="local", STIGMER_BACKEND_URL="http://host.docker.internal:7234")
    assert endpoint(config, "backend").address == "localhost:50051"


def test_the_llm_variable_is_the_one_that_the_image_reads() -> None:
    newer = f.Contract(
        source=f.ContractSource.IMAGE, reads=(f.Read(name="OLLAMA_BASE_URL", default="http://localhost:11434"),)
    )
    config = in_force(newer, MODE="local", STIGMER_LLM_PROVIDER="ollama", STIGMER_LLM_BASE_URL="http://elsewhere:1")
    assert endpoint(config, "llm").variable == "OLLAMA_BASE_URL"
    assert endpoint(config, "llm").host == "localhost"


def test_a_fallback_variable_counts_where_the_first_is_unset() -> None:
    nested = f.Contract(
        source=f.ContractSource.IMAGE,
        reads=(
            f.Read(name="OLLAMA_BASE_URL", fallback="STIGMER_LLM_BASE_URL"),
            f.Read(name="STIGMER_LLM_BASE_URL", default="http://localhost:11434"),
        ),
    )
    assert endpoint(in_force(nested, STIGMER_LLM_PROVIDER="ollama"), "llm").address == "localhost:11434"
    both = in_force(
        nested, STIGMER_LLM_PROVIDER="ollama", OLLAMA_BASE_URL="http://a:1", STIGMER_LLM_BASE_URL="http://b:2"
    )
    assert endpoint(both, "llm").address == "a:1"


def test_another_provider_has_no_llm_endpoint() -> None:
    assert in_force(MODE="local", STIGMER_LLM_PROVIDER="anthropic").endpoint("llm") is None


def test_an_assumed_contract_is_marked() -> None:
    config = in_force(assumed_contract(PROFILE, "no code"), MODE="local")
    assert endpoint(config, "backend").origin is f.Origin.ASSUMED
    assert endpoint(config, "backend").address == "localhost:50051"


@pytest.mark.parametrize(
    ("raw", "host", "port", "scheme"),
    [
        ("localhost:50051", "localhost", 50051, ""),
        ("http://host.docker.internal:7234", "host.docker.internal", 7234, "http"),
        ("dns:///backend:7234", "backend", 7234, ""),
        ("[::1]:7234", "::1", 7234, ""),
        ("backend:7234 ", "backend", 7234, ""),
    ],
)
def test_a_grpc_target_is_parsed(raw: str, host: str, port: int, scheme: str) -> None:
    assert parse_address(raw, BACKEND) == ParsedAddress(host, port, scheme, "")


@pytest.mark.parametrize(
    ("raw", "host", "port"),
    [
        ("http://localhost:11434", "localhost", 11434),
        ("http://ollama", "ollama", 80),
        ("https://ollama.example/v1", "ollama.example", 443),
        ("ollama", "ollama", 11434),
        ("http://<hidden 1>@ollama:11434/", "ollama", 11434),
    ],
)
def test_an_llm_url_is_parsed_as_the_ollama_client_does(raw: str, host: str, port: int) -> None:
    address = parse_address(raw, LLM)
    assert (address.host, address.port, address.problem) == (host, port, "")


@pytest.mark.parametrize("raw", ["", "  ", "backend", "backend:port", "backend:70000", ":7234", "[::1:7234"])
def test_what_cannot_be_dialled_has_a_problem(raw: str) -> None:
    assert parse_address(raw, BACKEND).problem


@pytest.mark.parametrize("raw", ['"backend:7234"', "'backend:7234'", " backend:7234", "backend:0", "::1:7234"])
def test_what_neither_client_takes_has_a_problem_for_both(raw: str) -> None:
    assert parse_address(raw, BACKEND).problem
    assert parse_address(raw, TEMPORAL).problem


@given(st.text())
def test_every_text_is_an_address_or_has_a_problem(raw: str) -> None:
    for other in PROFILE.endpoints:
        found = parse_address(raw, other)
        assert found.host or found.problem


def container(**variables: str) -> f.Container:
    found = healthy().container
    assert isinstance(found, f.Container)
    values = {"STIGMER_LLM_PROVIDER": "ollama", **variables}
    return replace(found, environment=tuple(f.Variable(name=name, value=value) for name, value in values.items()))


LITERAL = f.ClientUse(
    protocol="ollama", client="ChatOllama", part="address", locator="m.py:9", literals=("http://x:1",)
)
DROPPED = f.Read(name="STIGMER_LLM_BASE_URL", default="http://localhost:11434", locator="worker/config.py:7")


def llm_of(contract: f.Contract, logged: dict[str, str] | None = None, **variables: str) -> f.Endpoint:
    found = configuration(container(**variables), contract, PROFILE, logged).endpoint("llm")
    assert found is not None
    return found


def image(*reads: f.Read, uses: tuple[f.ClientUse, ...] = ()) -> f.Contract:
    return f.Contract(source=f.ContractSource.IMAGE, reads=reads, uses=uses)


def test_a_literal_is_in_force_whatever_is_set() -> None:
    found = llm_of(image(DROPPED, uses=(LITERAL,)), MODE="local", STIGMER_LLM_BASE_URL="http://y:2")
    assert (found.address, found.movable, found.locator) == ("x:1", False, "m.py:9")


def test_the_variable_that_the_client_gets_decides_not_another_that_is_read() -> None:
    other = f.Read(name="OLLAMA_BASE_URL", default="http://z:3")
    use = replace(LITERAL, literals=(), variables=("OLLAMA_BASE_URL",))
    found = llm_of(image(DROPPED, other, uses=(use,)), MODE="local", STIGMER_LLM_BASE_URL="http://y:2")
    assert (found.address, found.variable, found.movable) == ("z:3", "OLLAMA_BASE_URL", True)


def test_a_client_without_an_address_has_what_its_library_reads_else_an_assumed_default() -> None:
    known = f.Read(name="OLLAMA_HOST", library="ollama")
    contract = image(known, uses=(replace(LITERAL, literals=(), omitted=True),))
    assert llm_of(contract, MODE="local", OLLAMA_HOST="http://y:2").address == "y:2"
    found = llm_of(contract, MODE="local")
    assert (found.address, found.origin, found.variable) == ("localhost:11434", f.Origin.ASSUMED, "OLLAMA_HOST")


def test_what_cannot_be_decided_is_assumed_and_the_log_overrules_it() -> None:
    open_one = f.Read(name="STIGMER_LLM_BASE_URL", others=("http://a:1", "http://b:2"))
    found = llm_of(image(open_one), MODE="local")
    assert (found.address, found.origin) == ("localhost:11434", f.Origin.ASSUMED)
    found = llm_of(image(open_one), {"llm": "http://b:2"}, MODE="local")
    assert (found.address, found.origin, found.defaulted) == ("b:2", f.Origin.LOGGED, True)


def test_the_log_overrules_a_default_of_the_code_that_the_runner_did_not_take() -> None:
    found = llm_of(image(DROPPED), {"llm": "http://b:2"}, MODE="local")
    assert (found.address, found.origin) == ("b:2", f.Origin.LOGGED)
    found = llm_of(image(DROPPED), {"llm": "http://localhost:11434/"}, MODE="local")
    assert (found.address, found.origin) == ("localhost:11434", f.Origin.DEFAULT)


@pytest.mark.parametrize("said", [{"llm": "http://b:2"}, {"llm": "None"}])
def test_the_log_overrules_nothing_that_is_set_or_fixed_and_says_only_what_can_be_dialled(said: dict[str, str]) -> None:
    assert llm_of(image(DROPPED), said, MODE="local", STIGMER_LLM_BASE_URL="http://y:2").address == "y:2"
    assert llm_of(image(DROPPED, uses=(LITERAL,)), said, MODE="local").address == "x:1"


@pytest.mark.parametrize(
    ("version", "raw", "works"),
    [
        ("0.3.8", "ollama:1", True),
        ("0.3.9", "ollama:1", False),
        ("0.3.10", "ollama", False),
        ("1.0.1", "ollama:1", False),
        ("1.1.0", "ollama:1", True),
        ("", "ollama:1", True),
        ("0.3.10", "http://ollama:1", True),
    ],
)
def test_an_llm_address_without_a_scheme_counts_where_the_clients_version_takes_it(
    version: str, raw: str, works: bool
) -> None:
    use = replace(LITERAL, literals=(), variables=("STIGMER_LLM_BASE_URL",), version=version)
    found = llm_of(image(DROPPED, uses=(use,)), MODE="local", STIGMER_LLM_BASE_URL=raw)
    assert bool(found.problem) is not works
    assert (found.host == "ollama") is works


def test_redis_is_in_use_in_cloud_mode_only() -> None:
    contract = image(f.Read(name="REDIS_HOST", default="localhost"), f.Read(name="REDIS_PORT", default="6379"))
    assert configuration(container(MODE="local"), contract, PROFILE).endpoint("redis") is None
    found = configuration(container(MODE="cloud", REDIS_HOST="cache", REDIS_PORT="1"), contract, PROFILE)
    redis = found.endpoint("redis")
    assert redis is not None
    assert (redis.address, redis.variable, redis.port_variable) == ("cache:1", "REDIS_HOST", "REDIS_PORT")


def test_a_port_that_is_no_number_makes_no_host_wrong() -> None:
    contract = image(f.Read(name="REDIS_HOST", default="localhost"), f.Read(name="REDIS_PORT", default="6379"))
    found = configuration(container(MODE="cloud", REDIS_HOST="cache", REDIS_PORT="redis"), contract, PROFILE)
    redis = found.endpoint("redis")
    assert redis is not None
    assert (redis.address, redis.problem) == ("cache:6379", "")


def test_the_logs_last_banner_since_the_start_says_what_is_in_force() -> None:
    lines = (
        "2026-01-22 03:00:00,000 - __main__ - INFO - Backend: old:1",
        "2026-01-22 03:27:24,000 - __main__ - INFO - Temporal: t:7233 (namespace: default)",
        "2026-01-22 03:27:24,000 - __main__ - INFO - Redis: r:6379",
        "2026-01-22 03:27:25,000 - temporalio.activity - INFO - Created ChatOllama with base_url=http://l:11434",
        "2026-01-22 03:27:25,000 - worker.worker - INFO - somebody's Backend: no address",
    )
    found = logged_addresses(f.Logs(lines=lines, before_start=1), PROFILE)
    assert found == {"temporal": "t:7233", "redis": "r:6379", "llm": "http://l:11434"}


def test_services_that_the_log_says_are_unknown_are_named_once_and_not_too_many_of_them() -> None:
    said = [
        f'details = "unknown service ai.stigmer.{name}"' for name in ("old", "b", "b", "c" * 300, *map(str, range(20)))
    ]
    lines = (*said, "unknown service grpc.health.v1.Health")
    found = unknown_services(f.Logs(lines=lines, before_start=1), PROFILE)
    assert found == ("ai.stigmer.b", *(f"ai.stigmer.{number}" for number in range(7)))
    assert unknown_services(f.NotMeasured(reason="none"), PROFILE) == ()


def grpc_use(**parts: object) -> f.ClientUse:
    names = {"protocol": "grpc", "client": "insecure_channel", "part": "address", "locator": "main.py:3"}
    return convert({**names, "variables": ["STIGMER_BACKEND_ENDPOINT"], **parts}, f.ClientUse)


def backend_of(use: f.ClientUse, default: str | None, **values: str) -> f.Endpoint:
    reads = (f.Read(name="STIGMER_BACKEND_ENDPOINT", default=default),)
    contract = f.Contract(source=f.ContractSource.IMAGE, reads=reads, uses=(use,))
    return endpoint(in_force(contract, **values), "backend")


def test_an_empty_value_that_the_code_passes_over_leaves_the_default_in_force() -> None:
    found = backend_of(grpc_use(skipped=["STIGMER_BACKEND_ENDPOINT"]), "d:1", STIGMER_BACKEND_ENDPOINT="")
    assert (found.address, found.origin) == ("d:1", f.Origin.DEFAULT)


def test_an_empty_value_that_is_handed_over_is_in_force() -> None:
    found = backend_of(grpc_use(), "d:1", STIGMER_BACKEND_ENDPOINT="")
    assert (found.raw, found.origin) == ("", f.Origin.ENVIRONMENT)
    assert found.problem


def test_an_empty_value_that_the_code_may_replace_is_not_said_to_be_in_force() -> None:
    found = backend_of(grpc_use(literals=["e:2"]), None, STIGMER_BACKEND_ENDPOINT="")
    assert found.origin is f.Origin.ASSUMED


def test_the_ollama_client_takes_an_empty_address_for_none() -> None:
    use = convert({**to_builtins(grpc_use()), "protocol": "ollama", "variables": ["OLLAMA_BASE_URL"]}, f.ClientUse)
    read = f.Read(name="OLLAMA_BASE_URL", default="http://d:1")
    contract = f.Contract(source=f.ContractSource.IMAGE, reads=(read,), uses=(use,))
    own = in_force(contract, STIGMER_LLM_PROVIDER="ollama", OLLAMA_BASE_URL="", OLLAMA_HOST="http://own:2")
    assert endpoint(own, "llm").address == "own:2"
    neither = in_force(contract, STIGMER_LLM_PROVIDER="ollama", OLLAMA_BASE_URL="", OLLAMA_HOST="")
    assert endpoint(neither, "llm").origin is f.Origin.ASSUMED


def test_a_default_that_is_only_a_part_of_what_the_client_gets_is_assumed() -> None:
    found = backend_of(grpc_use(known=False), "host-without-port", MODE="local")
    assert (found.address, found.origin) == ("localhost:50051", f.Origin.ASSUMED)


@pytest.mark.parametrize(
    ("port", "address"),
    [
        ({"literals": ["7777"]}, "cache:7777"),
        ({"omitted": True}, "cache:6379"),
        ({"variables": ["REDIS_PORT"]}, "cache:1"),
    ],
)
def test_the_port_is_the_one_that_the_client_gets(port: dict[str, object], address: str) -> None:
    names = {"protocol": "redis", "client": "Redis", "locator": "main.py:3"}
    uses = convert(
        [{**names, "part": "host", "variables": ["REDIS_HOST"]}, {**names, "part": "port", **port}],
        tuple[f.ClientUse, ...],
    )
    contract = f.Contract(source=f.ContractSource.IMAGE, reads=(f.Read(name="REDIS_HOST"),), uses=uses)
    assert endpoint(in_force(contract, MODE="cloud", REDIS_HOST="cache", REDIS_PORT="1"), "redis").address == address


def test_a_mode_that_is_a_default_in_capitals_is_the_same_mode() -> None:
    contract = f.Contract(source=f.ContractSource.IMAGE, reads=(f.Read(name="MODE", default="LOCAL"),))
    assert in_force(contract).endpoint("redis") is None
