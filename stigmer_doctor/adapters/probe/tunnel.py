"""A port on this machine's loopback that leads to an address as seen from inside a container.

A local connection is accepted before the remote one is known to work. The tunnel is therefore opened only to what was
dialled before and answered, and when the remote side refuses all the same the local one is closed at once.
"""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
from collections.abc import Iterator

from stigmer_doctor.adapters.docker.byte_streams import Incoming, Streams
from stigmer_doctor.model.errors import ProbeError
from stigmer_doctor.probe import wire

_CHUNK = 65536
_CONNECTS_WITHIN_S = 5.0
_SILENT_FOR_S = 30.0
_MOST_CONNECTIONS = 16


@contextlib.contextmanager
def tunnel(streams: Streams, numbers: Iterator[int] | itertools.count[int], address: str, port: int) -> Iterator[int]:
    """Listen while the context is open; every connection becomes a stream to `address:port`."""
    target = wire.asking({"address": address, "port": port, "timeout": _CONNECTS_WITHIN_S})
    with socket.create_server(("127.0.0.1", 0), backlog=_MOST_CONNECTIONS) as listener:
        connections: list[socket.socket] = []

        def accept() -> None:
            with contextlib.suppress(OSError):  # the listener was closed: the end
                while len(connections) < _MOST_CONNECTIONS:
                    client, _ = listener.accept()
                    # Otherwise each short answer waits until the client has acknowledged the one before.
                    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    connections.append(client)
                    arguments = (client, streams, next(numbers), target)
                    threading.Thread(target=_relay, args=arguments, name="tunnel", daemon=True).start()

        threading.Thread(target=accept, name="tunnel-accept", daemon=True).start()
        try:
            yield listener.getsockname()[1]
        finally:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # wakes accept() where closing alone does not
            for connection in connections:
                _close(connection)


def _relay(client: socket.socket, streams: Streams, number: int, target: bytes) -> None:
    with contextlib.suppress(ProbeError, OSError), streams.opened(number) as incoming:
        streams.send(wire.OPEN, number, target)
        answer = incoming.take(_CONNECTS_WITHIN_S + 1)
        if answer and answer[0] == wire.OPENED:
            threading.Thread(target=_outward, args=(client, streams, number), name="tunnel", daemon=True).start()
            _inward(client, incoming)
            streams.send(wire.CLOSE, number)
    _close(client)


def _outward(client: socket.socket, streams: Streams, number: int) -> None:
    """What the local client sends goes into the container."""
    with contextlib.suppress(ProbeError, OSError):
        while data := client.recv(_CHUNK):
            streams.send(wire.DATA, number, data)
        streams.send(wire.END, number)


def _inward(client: socket.socket, incoming: Incoming) -> None:
    """What comes out of the container goes to the local client."""
    while (received := incoming.take(_SILENT_FOR_S)) is not None and received[0] == wire.DATA:
        client.sendall(received[1])


def _close(client: socket.socket) -> None:
    with contextlib.suppress(OSError):
        client.shutdown(socket.SHUT_RDWR)
    client.close()
