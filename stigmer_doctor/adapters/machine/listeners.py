"""Which sockets of this machine listen. Apart from `user_machine`, because psutil takes its time to load."""

from __future__ import annotations

from collections.abc import Iterable

import psutil

from stigmer_doctor.model.facts import Listener


def listening(ports: Iterable[int]) -> tuple[Listener, ...] | None:
    """Listening TCP sockets on these ports; None where the system does not let this user list them."""
    wanted = set(ports)
    try:
        connections = psutil.net_connections("tcp")
    except (psutil.Error, OSError):
        return None
    found = {
        Listener(address=connection.laddr.ip, port=connection.laddr.port, process=_process(connection.pid))
        for connection in connections
        if connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port in wanted
    }
    return tuple(sorted(found, key=lambda listener: (listener.port, listener.address, listener.process)))


def _process(pid: int | None) -> str:
    """The process's name, "" where the system does not tell."""
    if pid is None:
        return ""
    try:
        return str(psutil.Process(pid).name())
    except psutil.Error:
        return ""
