"""The user's services that are ours to imitate: `python -m tests.lab.servers backend|llm|other|relay`."""

from __future__ import annotations

import argparse
import contextlib
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import grpc

STARTED = datetime.now(UTC).isoformat()
UPDATE_STATUS = "/ai.stigmer.agentic.agentexecution.v1.AgentExecutionCommandController/updateStatus"
_BACKEND = "ai.stigmer.agentic.agentexecution.v1."


class Backend(grpc.GenericRpcHandler):
    """Behaves as stigmer-server does: one method that the runner calls, no health service, no reflection; what it does
    not have, it denies in the words of its library."""

    def __init__(self, calls: Path) -> None:
        self._calls = calls

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[bytes, bytes]:
        if details.method == UPDATE_STATUS:
            return grpc.unary_unary_rpc_method_handler(self._update)
        return _unknown(str(details.method), _BACKEND)

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


def _unknown(path: str, own: str) -> grpc.RpcMethodHandler[bytes, bytes]:
    service, method = path.lstrip("/").split("/", 1)
    known = service.startswith(own)
    words = f"unknown method {method} for service {service}" if known else f"unknown service {service}"

    def deny(_: bytes, context: grpc.ServicerContext) -> bytes:
        context.abort(grpc.StatusCode.UNIMPLEMENTED, words)
        raise AssertionError("abort raises")

    return grpc.unary_unary_rpc_method_handler(deny)


def serve(handler: grpc.GenericRpcHandler, bind: str, port: int) -> None:
    server = grpc.server(ThreadPoolExecutor(4))
    server.add_generic_rpc_handlers((handler,))
    server.add_insecure_port(f"{bind}:{port}")
    server.start()
    server.wait_for_termination()


def relay(bind: str, port: int, target: tuple[str, int], delay: float) -> None:
    """Forward connections, and what comes back only after some seconds."""

    def pump(source: socket.socket, sink: socket.socket, wait: float) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                time.sleep(wait)
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)

    with socket.create_server((bind, port), backlog=64) as listener:
        while True:
            near, _ = listener.accept()
            try:
                far = socket.create_connection(target, 5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            threading.Thread(target=pump, args=(near, far, 0), daemon=True).start()
            threading.Thread(target=pump, args=(far, near, delay), daemon=True).start()


def llm(bind: str, port: int, models: list[str]) -> None:
    class Ollama(BaseHTTPRequestHandler):
        """Answers the calls that the runner and the doctor make."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path == "/api/tags":
                self._answer(
                    "application/json",
                    json.dumps({"models": [{"name": name, "modified_at": STARTED} for name in models]}),
                )
            else:
                self._answer("text/plain", "Ollama is running")

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "{}")
            if asked.get("model") in models:
                message = {"message": {"role": "assistant", "content": "ok"}, "done": True}
                self._answer("application/json", json.dumps({"model": asked["model"], **message}))
            else:
                self._answer("application/json", json.dumps({"error": "model not found"}), 404)

        def _answer(self, kind: str, text: str, status: int = 200) -> None:
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer((bind, port), Ollama)
    threading.Thread(target=server.serve_forever).start()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("service", choices=("backend", "llm", "other", "relay"))
    parser.add_argument("--bind", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--calls", type=Path, default=Path("/dev/null"))
    parser.add_argument("--models", nargs="*", default=[])
    parser.add_argument("--to", default="127.0.0.1:1")
    parser.add_argument("--delay", type=float, default=0)
    options = parser.parse_args()
    match options.service:
        case "backend":
            serve(Backend(options.calls), options.bind, options.port)
        case "other":
            serve(Other(), options.bind, options.port)
        case "relay":
            host, _, port = options.to.rpartition(":")
            relay(options.bind, options.port, (host, int(port)), options.delay)
        case _:
            llm(options.bind, options.port, options.models)


if __name__ == "__main__":
    main()
