"""Listening TCP sockets as Linux tells them over netlink: sock_diag(7), which `ss` asks too.

/proc/net/tcp has them as well, but to list it the kernel goes through its table of all connections, 3 ms for either
family on a machine that has none.
"""

from __future__ import annotations

import socket
import struct
import sys
from collections.abc import Iterator

_SOCK_DIAG, _BY_FAMILY = 4, 20
_DUMP, _INTERRUPTED = 0x301, 0x10
_END, _ERROR = 3, 2
_STATUS = struct.Struct("=i")  # at the end of all, or in an error; 0 where all is well
_LISTENING = 1 << 10
_HEADER = struct.Struct("=IHHII")  # length, type, flags, number, sender
_REQUEST = struct.Struct("=BBBxI48x")  # family, protocol, extensions, states, no certain socket
_SOCKET = struct.Struct("=4xH2x16s44xI")  # of it the port, the address, and at its end the inode
_PIECE = 65536
_WITHIN_S = 1.0


def listening(family: socket.AddressFamily) -> Iterator[tuple[str, int, str]]:
    """Address, port and inode of each of a family. Raises OSError where the kernel does not tell, struct.error where
    what it tells is cut off."""
    if sys.platform != "linux":
        raise OSError(0, "only Linux has netlink")
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _SOCK_DIAG) as asking:
        asking.settimeout(_WITHIN_S)
        request = _REQUEST.pack(family, socket.IPPROTO_TCP, 0, _LISTENING)
        asking.send(_HEADER.pack(_HEADER.size + len(request), _BY_FAMILY, _DUMP, 1, 0) + request)
        while True:
            for kind, flags, content in _messages(asking.recv(_PIECE)):
                if flags & _INTERRUPTED or (kind in (_END, _ERROR) and content and _STATUS.unpack_from(content)[0]):
                    raise OSError(0, "the kernel does not tell all")
                if kind == _END:
                    return
                port, address, inode = _SOCKET.unpack_from(content)
                size = 4 if family == socket.AF_INET else 16
                yield socket.inet_ntop(family, address[:size]), socket.ntohs(port), str(inode)


def _messages(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The type, the flags and the content of each."""
    while data:
        length, kind, flags, *_ = _HEADER.unpack_from(data)
        yield kind, flags, data[_HEADER.size : length]
        data = data[max(length + 3 & ~3, _HEADER.size) :]
