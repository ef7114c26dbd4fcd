"""What Linux says of sockets and interfaces, over netlink and in /proc. psutil asks the same files, for every socket
and process of the machine, and takes as long to load as to ask."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from stigmer_doctor.adapters.machine import sock_diag
from stigmer_doctor.model.facts import Listener

_TABLES = ((socket.AF_INET, Path("/proc/net/tcp")), (socket.AF_INET6, Path("/proc/net/tcp6")))
_INTERFACES6 = Path("/proc/net/if_inet6")
_LISTEN = "0A"
_LONGEST_COMMAND = 15
"""The kernel cuts a process's name there."""
_SIOCGIFCONF = 0x8912
_RECORD, _MOST_RECORDS = 40, 1024
"""Of one address in that call's answer: 16 bytes of the interface's name, and its address from the fifth byte behind
that."""


def listening(ports: Collection[int]) -> tuple[Listener, ...]:
    """Listening TCP sockets on these ports. Raises OSError."""
    found = (item for family, table in _TABLES for item in _sockets(family, table))
    sockets = [item for item in found if item[1] in ports]
    owners = _owners({inode for _, _, inode in sockets})
    return tuple(
        Listener(address=address, port=port, process=owners.get(inode, "")) for address, port, inode in sockets
    )


def addresses(interfaces: Collection[str]) -> Iterator[str]:
    """The addresses of these interfaces. Raises OSError."""
    if sys.platform != "linux":
        return
    import array
    import fcntl

    room = array.array("B", bytes(_RECORD * _MOST_RECORDS))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        answer = fcntl.ioctl(asking, _SIOCGIFCONF, struct.pack("iP", len(room), room.buffer_info()[0]))
    told = room.tobytes()[: struct.unpack("iP", answer)[0]]
    for start in range(0, len(told), _RECORD):
        name = told[start : start + 16].partition(b"\0")[0].decode(errors="replace").partition(":")[0]
        if name in interfaces:
            yield socket.inet_ntoa(told[start + 20 : start + 24])
    with contextlib.suppress(FileNotFoundError):  # IPv6 is switched off
        for line in _INTERFACES6.read_text("ascii").splitlines():
            digits, *_, name = line.split()
            if name in interfaces:
                yield socket.inet_ntop(socket.AF_INET6, bytes.fromhex(digits))


def _sockets(family: socket.AddressFamily, table: Path) -> Iterable[tuple[str, int, str]]:
    """Addresses, ports and inodes of the listening sockets; the table's where the kernel does not tell, as gVisor's."""
    try:
        return [*sock_diag.listening(family)]
    except (OSError, struct.error):
        return _in(table, family)


def _in(table: Path, family: socket.AddressFamily) -> Iterator[tuple[str, int, str]]:
    """The same of a table."""
    if not table.exists() and family is socket.AF_INET6:
        return
    for line in table.read_text("ascii").splitlines()[1:]:
        (
            _,
            local,
            _,
            state,
            *_,
        ) = fields = line.split()
        host, _, port = local.partition(":")
        if state == _LISTEN:
            yield socket.inet_ntop(family, _bytes(host)), int(port, 16), fields[9]


def _bytes(digits: str) -> bytes:
    """An address is written as words of 32 bits, each in this machine's order."""
    words = (digits[start : start + 8] for start in range(0, len(digits), 8))
    return b"".join(int(word, 16).to_bytes(4, sys.byteorder) for word in words)


def _owners(inodes: Collection[str]) -> dict[str, str]:
    """The names of the processes that have these sockets open, as far as this user is told."""
    wanted = {f"socket:[{inode}]": inode for inode in inodes}
    found: dict[str, str] = {}
    for process in filter(str.isdecimal, os.listdir("/proc")) if wanted else ():  # noqa: PTH208 - names alone
        with contextlib.suppress(OSError):  # it has ended, or is another user's
            with os.scandir(f"/proc/{process}/fd") as files:
                here = {link for file in files if (link := _link(file.path)) in wanted}
            found = {wanted[link]: _name(process) for link in here} | found
            if len(found) == len(wanted):
                break
    return found


def _link(path: str) -> str:
    try:
        return os.readlink(path)  # noqa: PTH115 - of thousands of links a Path takes longer than to read them
    except OSError:  # it was closed meanwhile
        return ""


def _name(process: str) -> str:
    """As the kernel knows it; where that is cut off, as it was started if that begins alike."""
    folder = Path("/proc", process)
    name = folder.joinpath("comm").read_text("utf-8", "replace").rstrip("\n")
    if len(name) < _LONGEST_COMMAND:
        return name
    started = folder.joinpath("cmdline").read_bytes().partition(b"\0")[0].decode("utf-8", "replace").rpartition("/")[2]
    return started if started.startswith(name) else name
