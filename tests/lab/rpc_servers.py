"""The user's services that speak gRPC, each served until it is killed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc

UPDATE_STATUS = "/ai.stigmer.agentic.agentexecution.v1.AgentExecutionCommandController/updateStatus"
GET_INSTANCE = "/ai.stigmer.agentic.agentinstance.v1.AgentInstanceQueryController/get"
_BACKEND = "ai.stigmer.agentic.agentexecution.v1."
_WORKFLOWS = "ai.stigmer.agentic.workflowexecution.v1."


class Backend(grpc.GenericRpcHandler):
    """Behaves as stigmer-server does: the methods that the runner calls, no health service, no reflection; what it does
    not have, it denies in the words of its library. An older one has the agents' instances under another name; a whole
    one is known by the service of workflows as well."""

    def __init__(self, calls: Path, *, older: bool = False, whole: bool = False) -> None:
        self._calls = calls
        self._older = older
        self._known = (_BACKEND, _WORKFLOWS) if whole else (_BACKEND,)

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[bytes, bytes]:
        if details.method == UPDATE_STATUS:
            return grpc.unary_unary_rpc_method_handler(self._update)
        if details.method == GET_INSTANCE and not self._older:
            return grpc.unary_unary_rpc_method_handler(lambda _, __: b"")
        return _unknown(str(details.method), *self._known)

    def _update(self, request: bytes, _: grpc.ServicerContext) -> bytes:
        with self._calls.open("ab") as stream:
            stream.write(request + b"\n")
        return b""


class Other(grpc.GenericRpcHandler):
    """Another gRPC server, which says that it is healthy."""

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[bytes, bytes]:
        if details.method == "/grpc.health.v1.Health/Check":
            return grpc.unary_unary_rpc_method_handler(lambda _, __: b"\x08\x01")
        return _unknown(str(details.method), "grpc.health.v1.Health")


def _unknown(path: str, *own: str) -> grpc.RpcMethodHandler[bytes, bytes]:
    service, method = path.lstrip("/").split("/", 1)
    known = service.startswith(own)
    words = f"unknown method {method} for service {service}" if known else f"unknown service {service}"

    def deny(_: bytes, context: grpc.ServicerContext) -> bytes:
        context.abort(grpc.StatusCode.UNIMPLEMENTED, words)
        raise AssertionError("abort raises")

    return grpc.unary_unary_rpc_method_handler(deny)


def serve(service: str, calls: Path, bind: str, port: int) -> None:
    """`backend`, `older-backend` or `whole-backend`, which writes down what it was called with, or `other`."""
    backend = Backend(calls, older=service == "older-backend", whole=service == "whole-backend")
    handler = Other() if service == "other" else backend
    server = grpc.server(ThreadPoolExecutor(4))
    server.add_generic_rpc_handlers((handler,))
    server.add_insecure_port(f"{bind}:{port}")
    server.start()
    server.wait_for_termination()
