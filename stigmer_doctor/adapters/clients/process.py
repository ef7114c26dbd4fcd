"""What the process of the protocol clients runs: questions in on standard input, answers out on standard output.

Only this process imports grpc, protobuf and httpx. They load on another core while the engine is asked, a crash of
their native code ends no diagnosis, and leaving does not wait for their threads.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Mapping

import msgspec

from stigmer_doctor import lean_imports
from stigmer_doctor.adapters.clients.messages import Request, Response

Clients = Mapping[str, Callable[..., msgspec.Struct]]


def main() -> None:
    """Answer each question in a thread of its own until the input ends; then leave at once."""
    clients = load()
    writing = threading.Lock()

    def answer(line: bytes) -> None:
        reply = msgspec.json.encode(_reply(line, clients))
        with writing:
            sys.stdout.buffer.write(reply + b"\n")
            sys.stdout.buffer.flush()

    for line in sys.stdin.buffer:
        threading.Thread(target=answer, args=(line,), daemon=True).start()
    os._exit(0)


def load() -> Clients:
    """The clients by the names that questions use, with what they need loaded: nobody waits for it yet. httpx is loaded
    by the first question that goes through TLS."""
    # For grpc's coroutines and plug-ins, which nobody calls, for what TLS trusts, and for what goes wrong in threads or
    # in dates.
    for module in ("asyncio", "grpc.aio", "inspect", "pkgutil", "traceback", "calendar"):
        lean_imports.later(module)
    lean_imports.types_only("grpc._typing")
    lean_imports.later("google.protobuf.internal.python_message")  # what protobuf does where it is not compiled
    lean_imports.leave_out("httpx._main")  # its command line, with all that colours it
    lean_imports.leave_out("anyio")  # httpx works without, where nobody calls its coroutines
    from stigmer_doctor.adapters.clients import backend, ollama, redis, temporal

    return {"backend": backend.ask, "temporal": temporal.ask, "llm": ollama.ask, "redis": redis.ask}


def _reply(line: bytes, clients: Clients) -> Response:
    asked = msgspec.json.decode(line, type=Request)
    try:
        return Response(asked.number, msgspec.Raw(msgspec.json.encode(clients[asked.client](**asked.arguments))))
    except Exception as error:  # noqa: BLE001 - the other process waits for an answer; the error's text may hold a secret
        return Response(asked.number, error=type(error).__name__)
