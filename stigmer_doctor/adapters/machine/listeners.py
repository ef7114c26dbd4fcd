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
        Listener(address=each.laddr.ip, port=each.laddr.port, process=_process(each.pid))
        for each in connections
        if each.status == psutil.CONN_LISTEN and each.laddr and each.laddr.port in wanted
    }
    return tuple(sorted(found, key=lambda each: (each.port, each.address, each.process)))


def _process(pid: int | None) -> str:
    """The process's name, "" where the system does not tell."""
    if pid is None:
        return ""
    try:
        return str(psutil.Process(pid).name())
    except psutil.Error:
        return ""
