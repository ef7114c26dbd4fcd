"""What the kernel says, over netlink and in /proc, is what psutil reads there."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import struct
import sys
from collections.abc import Callable
from typing import Never, Self

import psutil
import pytest

from stigmer_doctor.adapters.machine import listeners

if sys.platform != "linux":
    pytest.skip("Linux alone has /proc", allow_module_level=True)

from stigmer_doctor.adapters.machine import linux_sockets, sock_diag


def silent(_: socket.AddressFamily) -> Never:
    raise OSError(errno.EPROTONOSUPPORT, "there is no such family here")


class Answering:
    """A kernel's socket that has one answer."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer

    def __call__(self, *_: object) -> Self:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def settimeout(self, _: float) -> None:
        pass

    def send(self, _: bytes) -> None:
        pass

    def recv(self, _: int) -> bytes:
        return self._answer


@pytest.mark.parametrize(
    "answer",
    [
        struct.pack("=IHHIIi", 20, 3, 2, 1, 0, -errno.ENOENT),  # there is no module for TCP
        struct.pack("=IHHIIi", 20, 2, 0, 1, 0, -errno.EPERM),
        struct.pack("=IHHII", 16, 20, 0x12, 1, 0),  # something changed in the middle of it
    ],
)
def test_where_the_kernel_does_not_tell_all_its_tables_are_read(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        monkeypatch.setattr(socket, "socket", Answering(answer))
        assert [found.port for found in linux_sockets.listening([port])] == [port]


def cut_off(_: socket.AddressFamily) -> Never:
    raise struct.error("unpack requires a buffer of 72 bytes")


@pytest.mark.parametrize("told", [sock_diag.listening, silent, cut_off])
@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", "::1", "::", "::ffff:127.0.0.2"])
def test_a_listening_socket_is_found_with_its_process(
    address: str, told: Callable[[socket.AddressFamily], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sock_diag, "listening", told)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as listener:
        listener.bind((address, 0))
        listener.listen()
        port = listener.getsockname()[1]
        (found,) = listeners.listening([port]) or ()
        assert (found.address, found.port, found.process) == (address, port, psutil.Process(os.getpid()).name())
    assert listeners.listening([port]) == ()


def test_every_interface_has_the_addresses_that_psutil_knows() -> None:
    known = psutil.net_if_addrs()
    for name, entries in known.items():
        families = (socket.AF_INET, socket.AF_INET6)
        expected = {entry.address.partition("%")[0] for entry in entries if entry.family in families}
        assert set(linux_sockets.addresses([name])) == expected


def test_over_netlink_the_kernel_tells_the_same_as_in_its_tables() -> None:
    with contextlib.ExitStack() as opened:
        for number in range(300):  # more than one answer holds
            listener = opened.enter_context(socket.socket(socket.AF_INET6 if number % 2 else socket.AF_INET))
            listener.bind(("::1" if number % 2 else "127.0.0.1", 0))
            listener.listen()
        known = psutil.Process(os.getpid()).net_connections("tcp")
        ours = {(one.laddr.ip, one.laddr.port) for one in known if one.status == psutil.CONN_LISTEN}
        told = {found[:2] for family in (socket.AF_INET, socket.AF_INET6) for found in sock_diag.listening(family)}
        assert len(ours) >= 300
        assert ours <= told
