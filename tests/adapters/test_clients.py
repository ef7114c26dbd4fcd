"""The protocol clients in their own process, asked for real."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent import futures

import grpc
import psutil
import pytest

from stigmer_doctor.adapters.clients.clients import ProtocolClients
from stigmer_doctor.model.errors import ProbeError
from stigmer_doctor.model.facts import Answered
from stigmer_doctor.model.questions import BackendQuestion, TemporalQuestion


@pytest.fixture
def clients() -> Iterator[ProtocolClients]:
    made = ProtocolClients()
    yield made
    made.close()


@pytest.fixture
def grpc_port() -> Iterator[int]:
    server = grpc.server(futures.ThreadPoolExecutor(2))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield port
    server.stop(None)


@pytest.fixture
def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_a_grpc_server_without_a_health_service_answers(clients: ProtocolClients, grpc_port: int) -> None:
    answer = clients.backend(grpc_port, "host.docker.internal:7234", BackendQuestion(), timeout=5)
    assert (answer.answered, answer.status) == (Answered.YES, "UNIMPLEMENTED")


def test_a_grpc_server_that_is_no_temporal_is_told_apart(clients: ProtocolClients, grpc_port: int) -> None:
    answer = clients.temporal(grpc_port, "x:7233", TemporalQuestion("default", "queue"), timeout=5)
    assert answer.answered is Answered.WRONG_PROTOCOL


def test_nothing_there_is_an_answer_too(clients: ProtocolClients, closed_port: int) -> None:
    assert clients.llm(closed_port, "http://x:11434", timeout=5).answered is not Answered.YES


def test_all_three_are_asked_at_once(clients: ProtocolClients, grpc_port: int) -> None:
    with futures.ThreadPoolExecutor() as pool:
        asked = [pool.submit(clients.backend, grpc_port, "x:1", BackendQuestion(), timeout=5) for _ in range(8)]
        assert {request.result().status for request in asked} == {"UNIMPLEMENTED"}


def test_a_process_that_has_died_is_an_error_of_ours(clients: ProtocolClients, closed_port: int) -> None:
    clients.warm_up()
    clients.close()
    with pytest.raises(ProbeError, match="has ended"):
        clients.llm(closed_port, "http://x:11434", timeout=5)


def test_one_that_dies_while_it_is_asked_is_one_as_well(clients: ProtocolClients) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, futures.ThreadPoolExecutor() as pool:
        port = silent.getsockname()[1]
        asked = pool.submit(clients.llm, port, "http://x:11434", timeout=30)
        with silent.accept()[0]:
            clients.close()
            with pytest.raises(ProbeError, match="has ended"):
                asked.result()


def test_closing_one_that_was_never_used_starts_no_process() -> None:
    before = psutil.Process().children()
    ProtocolClients().close()
    assert psutil.Process().children() == before


LOADED = """
import sys
from stigmer_doctor import lean_imports
with lean_imports.only_what_is_used():
    from stigmer_doctor.adapters.clients.process import load
    load()
    print(*sys.modules)
"""


def test_what_the_clients_do_not_use_is_not_loaded() -> None:
    """Each of them takes as long to load as a client does."""
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert {"grpc", "google._upb._message"} <= loaded
    assert not {"temporalio", "google.protobuf.text_format", "httpx", "ast", "ssl", "rich", "docker"} & loaded


class Known(grpc.GenericRpcHandler):
    """A server of one service, which names what it does not know as stigmer-server's gRPC library does."""

    def __init__(self, service: str) -> None:
        self._service = service

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[bytes, bytes]:
        _, service, method = details.method.split("/")
        known = service == self._service
        said = f"unknown method {method} for service {service}" if known else f"unknown service {service}"
        return grpc.unary_unary_rpc_method_handler(
            lambda _, context: context.abort(grpc.StatusCode.UNIMPLEMENTED, said)
        )


TEMPORAL_SERVICE = "temporal.api.workflowservice.v1.WorkflowService"


@pytest.mark.parametrize(
    ("service", "has", "other"),
    [("a.Backend", True, ""), ("b.Other", False, ""), (TEMPORAL_SERVICE, False, "Temporal")],
)
def test_the_backend_is_known_by_its_service(clients: ProtocolClients, service: str, has: bool, other: str) -> None:
    server = grpc.server(futures.ThreadPoolExecutor(2), handlers=[Known(service)])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    answer = clients.backend(port, "x:1", BackendQuestion(method="a.Backend/get"), timeout=5, padding=3000)
    server.stop(None)
    assert (answer.answered, answer.has_service, answer.other) == (Answered.YES, has, other)


def test_of_services_that_are_asked_about_the_missing_ones_are_named(clients: ProtocolClients) -> None:
    server = grpc.server(futures.ThreadPoolExecutor(2), handlers=[Known("a.Backend")])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    services = ("a.Backend", "b.Older", "c.Older")
    answer = clients.backend(port, "x:1", BackendQuestion(method="a.Backend/get", services=services), timeout=5)
    server.stop(None)
    assert (answer.serves, answer.lacks) == (("a.Backend",), ("b.Older", "c.Older"))


def test_a_server_that_does_not_say_what_it_lacks_is_asked_for_a_method(
    clients: ProtocolClients, grpc_port: int
) -> None:
    answer = clients.backend(grpc_port, "x:1", BackendQuestion(method="a.Backend/get"), timeout=5)
    assert answer.has_service is False
    asked = clients.backend(grpc_port, "x:1", BackendQuestion(method="a.Backend/get", services=("b.Other",)), timeout=5)
    assert (asked.serves, asked.lacks) == ((), ())
