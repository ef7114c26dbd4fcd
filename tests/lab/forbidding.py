"""A proxy before the engine that forbids some requests, as an authorization plugin or a read-only proxy does."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

from tests.lab.lab import Lab

_FORBIDDEN = (
    b"HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: 45\r\n\r\n"
    b'{"message":"authorization denied by plugin"}\n'
)


@contextlib.contextmanager
def forbidding(lab: Lab, *requests: str) -> Iterator[str]:
    """The address of a way to the lab's engine on which what matches one of `requests` (regular expressions of "METHOD
    path") is answered with 403."""
    path = lab.folder / "forbidding.sock"
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen(32)
        arguments = (listener, Path(lab.docker_host.removeprefix("unix://")), re.compile("|".join(requests)))
        threading.Thread(target=_accept, args=arguments, daemon=True).start()
        yield f"unix://{path}"
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, engine: Path, forbidden: re.Pattern[str]) -> None:
    with contextlib.suppress(OSError):
        while True:
            client, _ = listener.accept()
            threading.Thread(target=_serve, args=(client, engine, forbidden), daemon=True).start()


def _serve(client: socket.socket, engine: Path, forbidden: re.Pattern[str]) -> None:
    with client, socket.socket(socket.AF_UNIX) as server, contextlib.suppress(OSError):
        server.connect(str(engine))
        threading.Thread(target=_copy, args=(server, client), daemon=True).start()
        while data := client.recv(65536):
            # A request's head comes in one piece; what is in a hijacked stream looks like none.
            if forbidden.match(data.split(b"\r\n", 1)[0].decode("latin-1")):
                client.sendall(_FORBIDDEN)
                return
            server.sendall(data)
        server.shutdown(socket.SHUT_WR)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
