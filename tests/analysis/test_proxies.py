"""Through which proxy each client would go."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from stigmer_doctor.analysis.proxies import Proxy, proxy_of
from stigmer_doctor.model import facts as f
from tests.healthy import ALIAS, endpoint, environment
from tests.rules.altered import altered, container_of

HTTP = "http://198.18.0.9:3128"


def through(name: str, address: str = f"{ALIAS}:1", scheme: str | None = None, **variables: str) -> Proxy | None:
    """The proxy of the endpoint of that name, with these variables and no others."""
    container = container_of(altered(environment=environment(**variables)))
    plain = endpoint(name, address)
    return proxy_of(plain if scheme is None else replace(plain, scheme=scheme), container)


@pytest.mark.parametrize(
    ("value", "host", "port"),
    [
        (HTTP, "198.18.0.9", 3128),
        ("198.18.0.9:3128", "198.18.0.9", 3128),
        ("http://proxy", "proxy", 80),
        ("proxy", "proxy", 80),
        ("https://proxy", "proxy", 443),
        ("socks5://proxy", "proxy", 1080),
        ("http://me:word@proxy:1", "proxy", 1),
    ],
)
def test_where_it_is(value: str, host: str, port: int) -> None:
    assert through("backend", http_proxy=value) == Proxy("http_proxy", value, host, port)


@pytest.mark.parametrize("value", ["", "http://", "http://:1", "http://proxy:many", "http://[::1"])
def test_what_names_no_proxy_is_none(value: str) -> None:
    assert through("backend", http_proxy=value) is None


ORDER = {
    "backend": ("grpc_proxy", "https_proxy", "http_proxy"),
    "llm": ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"),
}


@pytest.mark.parametrize("name", ORDER)
def test_the_first_that_is_set_decides(name: str) -> None:
    names = ORDER[name]
    for number, first in enumerate(names):
        found = through(name, **{other: f"http://{other.lower()}" for other in names[number:]})
        assert found is not None
        assert found.variable == first


def test_other_names_are_not_honoured() -> None:
    assert through("backend", HTTP_PROXY=HTTP, HTTPS_PROXY=HTTP, all_proxy=HTTP) is None
    assert through("llm", https_proxy=HTTP, grpc_proxy=HTTP) is None
    assert through("temporal", grpc_proxy=HTTP, http_proxy=HTTP, all_proxy=HTTP) is None


def test_the_scheme_of_the_address_decides_which_name() -> None:
    assert through("llm", scheme="https", http_proxy=HTTP) is None
    assert through("llm", scheme="https", HTTPS_PROXY=HTTP) is not None
    assert through("llm", scheme="", http_proxy=HTTP) is not None


@pytest.mark.parametrize(
    ("address", "listed", "direct"),
    [
        (f"{ALIAS}:1", f"localhost, {ALIAS.upper()}", True),
        (f"{ALIAS}:1", ".docker.internal", True),
        (f"{ALIAS}:1", "docker.internal", True),
        (f"{ALIAS}:1", "*.docker.internal", False),
        (f"{ALIAS}:1", "internal.example", False),
        (f"{ALIAS}:1", "ocker.internal", False),
        (f"{ALIAS}:1", ", ,", False),
        (f"{ALIAS}:1", "", False),
        ("198.18.0.1:1", "198.18.0.1", True),
        ("198.18.0.1:1", "198.18.1.0/24", False),
    ],
)
def test_what_is_excepted_is_dialled_directly(address: str, listed: str, *, direct: bool) -> None:
    for name in ("backend", "llm"):
        assert (through(name, address, http_proxy=HTTP, no_proxy=listed) is None) is direct


@pytest.mark.parametrize(
    ("address", "listed", "grpcio", "httpx"),
    [
        (f"{ALIAS}:1", "*", False, True),
        (f"{ALIAS}:1", "db, *", False, True),
        (f"{ALIAS}:1", f"{ALIAS}:1", False, True),
        (f"{ALIAS}:1", f"{ALIAS}:2", False, False),
        ("198.18.0.1:1", "198.18.0.0/24", True, False),
        ("198.18.0.1:1", "198.18.0.7/24", True, False),
    ],
)
def test_what_one_of_them_alone_takes_for_excepted(address: str, listed: str, *, grpcio: bool, httpx: bool) -> None:
    assert (through("backend", address, http_proxy=HTTP, no_proxy=listed) is None) is grpcio
    assert (through("llm", address, http_proxy=HTTP, no_proxy=listed) is None) is httpx


def test_an_empty_name_that_comes_first_is_the_proxy_that_there_is_none() -> None:
    assert through("backend", grpc_proxy="", http_proxy=HTTP) is None
    assert through("backend", https_proxy="", http_proxy=HTTP) is None
    assert through("llm", http_proxy="", HTTP_PROXY=HTTP) is None
    assert through("llm", all_proxy="", ALL_PROXY=HTTP) is None
    # What is for all schemes is asked where the own one names none.
    assert through("llm", http_proxy="", HTTP_PROXY=HTTP, all_proxy="http://all") == Proxy(
        "all_proxy", "http://all", "all", 80
    )


def test_which_list_of_exceptions_counts() -> None:
    assert through("backend", http_proxy=HTTP, no_grpc_proxy=ALIAS) is None
    assert through("backend", http_proxy=HTTP, no_grpc_proxy="", no_proxy=ALIAS) is not None
    assert through("backend", http_proxy=HTTP, NO_PROXY=ALIAS) is not None
    assert through("llm", http_proxy=HTTP, NO_PROXY="*") is None
    assert through("llm", http_proxy=HTTP, no_grpc_proxy="*") is not None
    assert through("llm", http_proxy=HTTP, no_proxy="other", NO_PROXY="*") is not None
    assert through("llm", http_proxy=HTTP, no_proxy="", NO_PROXY="*") is not None


def test_a_container_without_any_dials_directly() -> None:
    assert proxy_of(endpoint("backend", f"{ALIAS}:1"), container_of(altered())) is None
    assert isinstance(altered().container, f.Container)
