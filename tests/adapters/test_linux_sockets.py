"""What is read of /proc is what psutil reads of it."""

from __future__ import annotations

import os
import socket
import sys

import psutil
import pytest

from stigmer_doctor.adapters.machine import listeners

if sys.platform != "linux":
    pytest.skip("Linux alone has /proc", allow_module_level=True)

from stigmer_doctor.adapters.machine import linux_sockets


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", "::1", "::", "::ffff:127.0.0.2"])
def test_a_listening_socket_is_found_with_its_process(address: str) -> None:
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
