"""Which sockets of this machine listen."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable

from stigmer_doctor.model.facts import Listener


def listening(ports: Iterable[int]) -> tuple[Listener, ...] | None:
    """Listening TCP sockets on these ports; None where the system does not let this user list them."""
    wanted = set(ports)
    found = _on_linux(wanted) if sys.platform == "linux" else _elsewhere(wanted)
    if found is None:
        return None
    return tuple(sorted(set(found), key=lambda listener: (listener.port, listener.address, listener.process)))


def _on_linux(ports: Collection[int]) -> Iterable[Listener] | None:
    from stigmer_doctor.adapters.machine import linux_sockets

    try:
        return linux_sockets.listening(ports)
    except OSError:
        return None


def _elsewhere(ports: Collection[int]) -> Iterable[Listener] | None:
    import psutil

    try:
        connections = psutil.net_connections("tcp")
    except (psutil.Error, OSError):
        return None
    return [
        Listener(address=connection.laddr.ip, port=connection.laddr.port, process=_process(connection.pid))
        for connection in connections
        if connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port in ports
    ]


def _process(pid: int | None) -> str:
    """The process's name, "" where the system does not tell."""
    import psutil

    if pid is None:
        return ""
    try:
        return str(psutil.Process(pid).name())
    except psutil.Error:
        return ""
