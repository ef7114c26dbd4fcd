"""The user's services that are ours to imitate: `python -m tests.lab.servers backend|llm|other|relay`."""

from __future__ import annotations

import argparse
import contextlib
import json
import socket
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

STARTED = datetime.now(UTC).isoformat()


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
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer  # the others start without it

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
    parser.add_argument("service", choices=("backend", "older-backend", "whole-backend", "llm", "other", "relay"))
    parser.add_argument("--bind", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--calls", type=Path, default=Path("/dev/null"))
    parser.add_argument("--models", nargs="*", default=[])
    parser.add_argument("--to", default="127.0.0.1:1")
    parser.add_argument("--delay", type=float, default=0)
    options = parser.parse_args()
    match options.service:
        case "backend" | "older-backend" | "whole-backend" | "other":
            from tests.lab import rpc_servers  # the others start without its library

            rpc_servers.serve(options.service, options.calls, options.bind, options.port)
        case "relay":
            host, _, port = options.to.rpartition(":")
            relay(options.bind, options.port, (host, int(port)), options.delay)
        case _:
            llm(options.bind, options.port, options.models)


if __name__ == "__main__":
    main()
