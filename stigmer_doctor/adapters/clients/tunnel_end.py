"""This machine's end of a tunnel."""

from __future__ import annotations

import socket


def connected(port: int, timeout: float) -> socket.socket:
    """A connection to the tunnel's port, with a timeout in seconds. Raises OSError. `socket.create_connection` would
    resolve the address first, for which Python loads what international names are written with."""
    connection = socket.socket()
    try:
        connection.settimeout(timeout)
        connection.connect(("127.0.0.1", port))
    except BaseException:  # whatever ends it, the connection is not left open
        connection.close()
        raise
    return connection
