"""Listeners on the user's machine that prove where a connection came out: each says its own nonce, and nothing else."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from stigmer_doctor.model.ports import Beacon

_BACKLOG = 32
_ROUTES = Path("/proc/net/route")
_ROUTES6 = Path("/proc/net/ipv6_route")


@contextlib.contextmanager
def beacons(addresses: Iterable[str]) -> Iterator[tuple[Beacon, ...]]:
    """Listen on the loopback and on those of the addresses that are this machine's own, at a port that the system
    chooses. An address of an interface with a default route is left out: it faces other machines."""
    with contextlib.ExitStack() as open_ones:
        made = []
        outward = _outward_addresses()
        for address in dict.fromkeys(addresses):
            if _literal(address) and address not in outward and (listener := _listener(address)) is not None:
                open_ones.callback(_close, listener)
                made.append(_serve(listener, address))
        yield tuple(made)


def _literal(address: str) -> bool:
    """Whether it is one address: neither a name nor "all"."""
    try:
        return not ipaddress.ip_address(address).is_unspecified
    except ValueError:
        return False


def _listener(address: str) -> socket.socket | None:
    """None where the address is not this machine's, or the family is switched off."""
    try:
        listener = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    except OSError:
        return None
    try:
        listener.bind((address, 0))
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        return None
    return listener


def _serve(listener: socket.socket, address: str) -> Beacon:
    nonce = os.urandom(16).hex()  # as `secrets` does, which loads OpenSSL

    def serve() -> None:
        with contextlib.suppress(OSError):  # the listener was closed: the end
            while True:
                client, _ = listener.accept()
                with contextlib.suppress(OSError), client:
                    client.sendall(nonce.encode())

    threading.Thread(target=serve, name="beacon", daemon=True).start()
    return Beacon(address=address, port=listener.getsockname()[1], nonce=nonce)


def _close(listener: socket.socket) -> None:
    with contextlib.suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)  # wakes accept() where closing alone does not
    listener.close()


def _outward_addresses() -> frozenset[str]:
    """Addresses of the interfaces that a default route leaves by. Known on Linux; on an engine in a VM the addresses
    that containers dial are not this machine's anyway, so that nothing listens on them."""
    interfaces = _default_interfaces()
    if not interfaces:
        return frozenset()
    from stigmer_doctor.adapters.machine import linux_sockets

    with contextlib.suppress(OSError):
        return frozenset(linux_sockets.addresses(interfaces))
    return frozenset()


def _default_interfaces() -> frozenset[str]:
    found = set()
    for file, name, destination, zeros in ((_ROUTES, 0, 1, "0" * 8), (_ROUTES6, -1, 0, "0" * 32)):
        with contextlib.suppress(OSError):
            rows = [line.split() for line in file.read_text(encoding="ascii", errors="replace").splitlines()]
            found |= {row[name] for row in rows if len(row) > 7 and row[destination] == zeros and row[name] != "lo"}
    return frozenset(found)
