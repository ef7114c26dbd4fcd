"""A proxy before the engine: it forbids some requests, as an authorization plugin or a read-only proxy does, or lets
something happen before they are passed on."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from docker.errors import NotFound

from tests.lab.lab import Lab

_FORBIDDEN = (
    b"HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: 45\r\n\r\n"
    b'{"message":"authorization denied by plugin"}\n'
)


# What becomes of a request: the answer that it gets here, None where it is passed on.
Meeting = Callable[[], bytes | None]


@contextlib.contextmanager
def forbidding(lab: Lab, *requests: str) -> Iterator[str]:
    """The address of a way to the lab's engine on which what matches one of `requests` (regular expressions of "METHOD
    path") is answered with 403."""
    with _meeting(lab, re.compile("|".join(requests)), lambda: _FORBIDDEN) as host:
        yield host


@contextlib.contextmanager
def removing(lab: Lab, container_id: str, request: str) -> Iterator[str]:
    """The address of a way to the lab's engine on which the container is removed before the request is passed on."""

    def remove() -> None:
        with contextlib.suppress(NotFound):  # the second time
            lab.engine.remove_container(container_id, force=True)

    with _meeting(lab, re.compile(request), remove) as host:
        yield host


@contextlib.contextmanager
def _meeting(lab: Lab, requests: re.Pattern[str], meet: Meeting) -> Iterator[str]:
    path = lab.folder / "meeting.sock"
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen(32)
        arguments = (listener, Path(lab.docker_host.removeprefix("unix://")), requests, meet)
        threading.Thread(target=_accept, args=arguments, daemon=True).start()
        yield f"unix://{path}"
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, engine: Path, requests: re.Pattern[str], meet: Meeting) -> None:
    with contextlib.suppress(OSError):
        while True:
            client, _ = listener.accept()
            threading.Thread(target=_serve, args=(client, engine, requests, meet), daemon=True).start()


def _serve(client: socket.socket, engine: Path, requests: re.Pattern[str], meet: Meeting) -> None:
    with client, socket.socket(socket.AF_UNIX) as server, contextlib.suppress(OSError):
        server.connect(str(engine))
        threading.Thread(target=_copy, args=(server, client), daemon=True).start()
        while data := client.recv(65536):
            # A request's head comes in one piece; what is in a hijacked stream looks like none.
            answer = meet() if requests.match(data.split(b"\r\n", 1)[0].decode("latin-1")) else None
            if answer is not None:
                client.sendall(answer)
                return
            server.sendall(data)
        server.shutdown(socket.SHUT_WR)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
