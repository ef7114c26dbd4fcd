"""Addresses that no client accepts, that lead into the container, or to something else."""

from __future__ import annotations

from tests.lab.lab import READY, Lab, Runner
from tests.lab.reality.case import FAILED, Case, Setup
from tests.lab.scenarios import ALIAS, ALL, LOCALHOST

_LLM, _BACKEND, _TEMPORAL = "STIGMER_LLM_BASE_URL", "STIGMER_BACKEND_ENDPOINT", "TEMPORAL_SERVICE_ADDRESS"


def _backend(value: str) -> Setup:
    return Setup({_BACKEND: value})


def _temporal(value: str, until: str = FAILED) -> Setup:
    return Setup({_TEMPORAL: value}, until=until)


def _llm(value: str) -> Setup:
    return Setup({_LLM: value})


def _without_model(lab: Lab) -> None:
    lab.services.stop("llm")
    lab.services.start("llm", models=("llama3.2:3b",))


MALFORMED = (
    Case("backend-slash", ("SD304",), _backend(f"{ALIAS}:7234/")),
    Case("backend-path", ("SD304",), _backend(f"{ALIAS}:7234/api")),
    Case("backend-user", ("SD304",), _backend(f"user@{ALIAS}:7234")),
    Case("backend-blank", ("SD304",), _backend(f" {ALIAS}:7234")),
    # grpcio takes the scope and dials, and the container has no IPv6.
    Case("backend-scope-id", ("SD403|SD209",), _backend("[fe80::1%eth0]:7234")),
    Case("backend-scheme", ("SD302",), _backend(f"http://{ALIAS}:7234")),
    Case("backend-quoted", ("SD304",), _backend(f'"{ALIAS}:7234"')),
    Case("temporal-quoted", ("SD304",), _temporal(f'"{ALIAS}:7233"')),
    Case("llm-quoted", ("SD304",), _llm(f'"http://{ALIAS}:11434"')),
    Case("temporal-scheme", (), _temporal(f"http://{ALIAS}:7233", "Worker ready"), works=True),
    Case("llm-no-scheme", (), _llm(f"{ALIAS}:11434"), works=True),
    Case("llm-https", ("SD302|SD304|SD605",), _llm(f"https://{ALIAS}:11434")),
    Case("llm-slash", (), _llm(f"http://{ALIAS}:11434/"), works=True),
    Case("backend-port-mistyped", ("SD402|SD304",), _backend(f"{ALIAS}:7243")),
    Case("temporal-port-mistyped", ("SD502|SD304",), _temporal(f"{ALIAS}:7323")),
    Case("llm-port-mistyped", ("SD602|SD304",), _llm(f"http://{ALIAS}:11343")),
    Case("backend-host-mistyped", ("SD401|SD202",), _backend("host.docker.internel:7234")),
)

ELSEWHERE = (
    Case("backend-is-temporal", ("SD407",), _backend(f"{ALIAS}:7233")),
    Case(
        "backend-is-another-grpc",
        ("SD407",),
        Setup({_BACKEND: f"{ALIAS}:9090"}, services=(*ALL, "other")),
    ),
    Case("backend-is-llm", ("SD404",), _backend(f"{ALIAS}:11434")),
    # The worker's client takes a server that knows no method of Temporal for an old one, and polls for ever.
    Case("temporal-is-backend", ("SD504",), _temporal(f"{ALIAS}:7234", READY)),
    Case("temporal-is-llm", ("SD504",), _temporal(f"{ALIAS}:11434")),
    Case("llm-is-backend", ("SD605",), _llm(f"http://{ALIAS}:7234")),
    Case("llm-model-missing", ("SD606",), Setup(after=_without_model)),
)


def _by_address(lab: Lab) -> Runner:
    address = lab.addresses.user
    return Setup({_BACKEND: f"{address}:7234", _TEMPORAL: f"{address}:7233", _LLM: f"http://{address}:11434"})(lab)


LOOPBACK = (
    *(
        Case(f"backend-loopback-{number}", ("SD204",), _backend(f"{word}:7234"))
        for number, word in enumerate(("localhost", "127.0.0.1", "[::1]", "0.0.0.0"))
    ),
    # grpcio asks the name server for "127.1"; the other two clients read it as the loopback that it is.
    Case("backend-loopback-short", ("SD304",), _backend("127.1:7234")),
    Case("temporal-loopback-0", ("SD204",), _temporal("0.0.0.0:7233")),
    Case("llm-loopback-0", ("SD204",), _llm("http://127.1:11434")),
    Case(
        "linux-host-any-address",
        (),
        Setup({**LOCALHOST, _BACKEND: "0.0.0.0:7234"}, network="host"),
        works=True,
        topology="linux",
    ),
    *(
        Case(
            f"host-network-{topology}",
            (),
            Setup(LOCALHOST, network="host"),
            works=True,
            topology=topology,
        )
        for topology in ("linux", "shared")
    ),
    Case("address-of-the-machine", (), _by_address, works=True),
)
