"""The services of the user's machine that are ours to imitate: `python -m tests.lab.servers backend|llm ...`."""

from __future__ import annotations

import argparse
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import grpc

UPDATE_STATUS = "/ai.stigmer.agentic.agentexecution.v1.AgentExecutionCommandController/updateStatus"


class Backend(grpc.GenericRpcHandler):
    """Behaves as stigmer-server does: one method that the runner calls, no health service, no reflection."""

    def __init__(self, calls: Path) -> None:
        self._calls = calls

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[bytes, bytes] | None:
        return grpc.unary_unary_rpc_method_handler(self._update) if details.method == UPDATE_STATUS else None

    def _update(self, request: bytes, _: grpc.ServicerContext) -> bytes:
        with self._calls.open("ab") as stream:
            stream.write(request + b"\n")
        return b""


def backend(bind: str, port: int, calls: Path) -> None:
    server = grpc.server(ThreadPoolExecutor(4))
    server.add_generic_rpc_handlers((Backend(calls),))
    server.add_insecure_port(f"{bind}:{port}")
    server.start()
    server.wait_for_termination()


def llm(bind: str, port: int, models: list[str]) -> None:
    class Ollama(BaseHTTPRequestHandler):
        """Answers the calls that the runner and the doctor make."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path == "/api/tags":
                self._answer("application/json", json.dumps({"models": [{"name": name} for name in models]}))
            else:
                self._answer("text/plain", "Ollama is running")

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self._answer("application/json", json.dumps({"message": {"role": "assistant", "content": "ok"}}))

        def _answer(self, kind: str, text: str) -> None:
            body = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer((bind, port), Ollama)
    threading.Thread(target=server.serve_forever).start()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("service", choices=("backend", "llm"))
    parser.add_argument("--bind", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--calls", type=Path, default=Path("/dev/null"))
    parser.add_argument("--models", nargs="*", default=[])
    options = parser.parse_args()
    if options.service == "backend":
        backend(options.bind, options.port, options.calls)
    else:
        llm(options.bind, options.port, options.models)


if __name__ == "__main__":
    main()
