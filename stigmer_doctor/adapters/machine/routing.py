"""The machine's routing table, as each system lists it. Tried for real on Linux only."""

from __future__ import annotations

import contextlib
import ipaddress
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from stigmer_doctor.model.user_system import KernelRoute

_IPV4, _IPV6 = Path("/proc/net/route"), Path("/proc/net/ipv6_route")
_UP = 0x1
_REJECTS = 0x200
_MOST = 500
"""A machine that routes for others has thousands: what concerns containers is among the first, or is not found."""
_LONGEST_S = 2.0


def routes() -> tuple[KernelRoute, ...] | None:
    """Those to a part of the world; None where the system did not list them."""
    if sys.platform == "linux":
        found = _linux()
    elif sys.platform == "darwin":
        found = of_netstat(said_by("netstat", "-rn", "-f", "inet"))
    elif sys.platform == "win32":
        found = of_route_print(said_by("route", "print", "-4"))
    else:
        return None
    return _bounded(found)


def said_by(program: str, *arguments: str) -> str:
    """What a small program of the system prints; "" where it is missing, fails or takes too long."""
    import shutil  # loads three compressors

    path = shutil.which(program)
    if path is None:
        return ""
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run([path, *arguments], capture_output=True, timeout=_LONGEST_S, check=True)  # noqa: S603 - a system program, found on the path, with constant arguments
        return done.stdout.decode("utf-8", "replace")
    return ""


def _bounded(found: Iterable[tuple[str, str]]) -> tuple[KernelRoute, ...] | None:
    kept: dict[KernelRoute, None] = {}
    for network, interface in found:
        if len(kept) == _MOST:
            break
        with contextlib.suppress(ValueError):
            parsed = ipaddress.ip_network(network, strict=False)
            if parsed.prefixlen and not (parsed.is_loopback or parsed.is_multicast or parsed.is_link_local):
                kept[KernelRoute(network=str(parsed), interface=interface)] = None
    return tuple(kept) or None


def _linux() -> Iterator[tuple[str, str]]:
    """Interface, destination, gateway, flags, ..., mask: hexadecimal, in the machine's byte order."""
    for row in _rows(_IPV4):
        if len(row) > 7 and _number(row[3]) & _UP and not _number(row[3]) & _REJECTS:
            yield f"{_ipv4(row[1])}/{_number(row[7]).bit_count()}", row[0]
    for row in _rows(_IPV6):
        if len(row) > 9 and _number(row[8]) & _UP and not _number(row[8]) & _REJECTS and row[9] != "lo":
            yield f"{ipaddress.IPv6Address(_number(row[0]))}/{_number(row[1])}", row[9]


def _rows(file: Path) -> Iterator[list[str]]:
    with contextlib.suppress(OSError):
        yield from (line.split() for line in file.read_text("ascii", "replace").splitlines())


def _number(text: str) -> int:
    """0 for the heading."""
    try:
        return int(text, 16)
    except ValueError:
        return 0


def _ipv4(text: str) -> ipaddress.IPv4Address:
    return ipaddress.IPv4Address(_number(text).to_bytes(4, sys.byteorder))


def of_netstat(text: str) -> Iterator[tuple[str, str]]:
    """macOS: destination (10/8, 192.168.64, 172.16.5.1/32), gateway, flags, interface."""
    for line in text.splitlines():
        row = line.split()
        if len(row) >= 4 and row[0][:1].isdigit():
            address, _, bits = row[0].partition("/")
            parts = address.split(".")
            yield f"{'.'.join([*parts, *['0'] * (4 - len(parts))])}/{bits or 8 * len(parts)}", row[3]


def of_route_print(text: str) -> Iterator[tuple[str, str]]:
    """Windows: destination, mask, gateway, the interface's address, metric."""
    for line in text.splitlines():
        row = line.split()
        if len(row) == 5 and row[0][:1].isdigit() and row[4].isdigit():
            yield f"{row[0]}/{row[1]}", row[3]
