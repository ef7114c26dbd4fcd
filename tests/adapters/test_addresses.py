"""The parser says of an address what the real grpcio and temporalio make of it."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from temporalio.client import Client

from stigmer_doctor import profile
from stigmer_doctor.collect.addresses import parse_address

BACKEND, TEMPORAL, *_ = profile.load().endpoints
FORMS = (
    "127.0.0.1:{}", "127.0.0.1:{} ", "127.0.0.2:{}", "0.0.0.0:{}", " 127.0.0.1:{}", "127.0.0.1:{}/", "127.0.0.1:{}/api",
    "user@127.0.0.1:{}", "127.1:{}", "2130706433:{}", '"127.0.0.1:{}"', "::1:{}", "[::1%lo]:{}", "127.0.0.1:{}?a=b",
    "127.0.0.1:0",
)  # fmt: skip


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = grpc.server(ThreadPoolExecutor(2))
    port = server.add_insecure_port("[::]:0")
    server.start()
    yield port
    server.stop(0)


async def _grpc_reaches(address: str) -> bool:
    async with grpc.aio.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)]) as channel:
        try:
            call: Callable[..., Awaitable[bytes]] = channel.unary_unary("/a.B/c")
            await call(b"", timeout=3)
        except grpc.aio.AioRpcError as error:
            return error.code() is grpc.StatusCode.UNIMPLEMENTED
    return True


async def _temporal_reaches(address: str) -> bool:
    try:
        await asyncio.wait_for(Client.connect(address), 3)
    except (TimeoutError, RuntimeError, ValueError):
        return False
    return True


@pytest.mark.parametrize("form", [*FORMS, "dns:///127.0.0.1:{}", "ipv4:127.0.0.1:{}"])
def test_grpcio(form: str, port: int) -> None:
    address = form.format(port)
    assert asyncio.run(_grpc_reaches(address)) is not bool(parse_address(address, BACKEND).problem)


@pytest.mark.parametrize("scheme", ["http", "https", "grpc"])
def test_grpcio_takes_no_scheme(scheme: str, port: int) -> None:
    address = f"{scheme}://127.0.0.1:{port}"
    assert parse_address(address, BACKEND).scheme == scheme
    assert not asyncio.run(_grpc_reaches(address))


@pytest.mark.parametrize("form", [*FORMS, "http://127.0.0.1:{}", "http://127.0.0.1:{}/a"])
def test_temporalio(form: str, port: int) -> None:
    address = form.format(port)
    with warnings.catch_warnings(action="ignore"):
        assert asyncio.run(_temporal_reaches(address)) is not bool(parse_address(address, TEMPORAL).problem)


def test_temporalio_takes_no_https(port: int) -> None:
    with warnings.catch_warnings(action="ignore"):
        assert not asyncio.run(_temporal_reaches(f"https://127.0.0.1:{port}"))
