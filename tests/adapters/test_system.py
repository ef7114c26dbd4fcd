"""What this machine says of itself. macOS' and Windows' listings are written from their documentation."""

from __future__ import annotations

import ipaddress
import subprocess
import sys
from pathlib import Path

import pytest

from stigmer_doctor.adapters.machine import routing, system
from stigmer_doctor.adapters.machine.user_machine import LocalMachine

_IPV4 = """\
Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010012C6\t0003\t0\t0\t0\t00000000\t0\t0\t0
tun0\t0000120A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
wg0\t0500120A\t00000000\t0001\t0\t0\t0\tFFFFFFFF\t0\t0\t0
down0\t0000130A\t00000000\t0000\t0\t0\t0\t0000FFFF\t0\t0\t0
no0\t0000140A\t00000000\t0201\t0\t0\t0\t0000FFFF\t0\t0\t0
lo\t0000007F\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0
nonsense
"""
_NO = f"{'0' * 32} 00 {'0' * 32} 00000400 1 0 00000001"
_IPV6 = f"fd12{'0' * 24}abcd 40 {_NO}     utun5\nfe80{'0' * 28} 40 {_NO}     eth0\n"
_NETSTAT = """\
Routing tables

Internet:
Destination        Gateway            Flags               Netif Expire
default            198.18.0.1         UGScg                 en0
10/8               198.18.77.1        UGSc                utun3
127                127.0.0.1          UCS                   lo0
172.16.5/24        198.18.77.1        UGSc                utun3
192.168.64         link#20            UC              bridge100      !
198.18.0.7/32      link#6             UCS                   en0      !
"""
_ROUTE_PRINT = """\
===========================================================================
Interface List
 12...00 15 5d 01 02 03 ......Hyper-V Virtual Ethernet Adapter
===========================================================================
IPv4 Route Table
Active Routes:
Network Destination        Netmask          Gateway       Interface  Metric
          0.0.0.0          0.0.0.0       198.18.0.1      198.18.0.9     25
       172.18.0.0      255.255.0.0         On-link      172.18.0.1   5256
"""


@pytest.mark.skipif(sys.byteorder == "big", reason="the kernel writes addresses in the machine's byte order")
def test_linux_routes_are_read_from_the_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in (("_IPV4", _IPV4), ("_IPV6", _IPV6)):
        (tmp_path / name).write_text(text)
        monkeypatch.setattr(routing, name, tmp_path / name)
    monkeypatch.setattr("sys.platform", "linux")
    found = LocalMachine().system()
    assert [(route.network, route.interface) for route in found.routes or ()] == [
        ("10.18.0.0/16", "tun0"),
        ("10.18.0.5/32", "wg0"),
        ("fd12::/64", "utun5"),
    ]
    assert found.tunnels == ("tun0", "utun5", "wg0")


def test_macos_routes_are_read_from_netstat() -> None:
    assert [(str(ipaddress.ip_network(network)), name) for network, name in routing.of_netstat(_NETSTAT)] == [
        ("10.0.0.0/8", "utun3"),
        ("127.0.0.0/8", "lo0"),
        ("172.16.5.0/24", "utun3"),
        ("192.168.64.0/24", "bridge100"),
        ("198.18.0.7/32", "en0"),
    ]


def test_windows_routes_are_read_from_route_print() -> None:
    assert [(str(ipaddress.ip_network(network)), name) for network, name in routing.of_route_print(_ROUTE_PRINT)] == [
        ("0.0.0.0/0", "198.18.0.9"),
        ("172.18.0.0/16", "172.18.0.1"),
    ]


def test_what_cannot_be_read_is_not_a_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_IPV4", "_IPV6"):
        monkeypatch.setattr(routing, name, tmp_path / "missing")
    monkeypatch.setattr("sys.platform", "linux")
    assert routing.routes() is None
    monkeypatch.setattr("sys.platform", "freebsd14")
    assert routing.routes() is None


def test_a_program_that_is_missing_or_fails_says_nothing() -> None:
    assert routing.said_by("there-is-no-such-program") == ""
    assert routing.said_by("false") == ""


def test_a_program_that_takes_too_long_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("x", 2)

    monkeypatch.setattr("subprocess.run", slow)
    assert routing.said_by("true") == ""


def test_a_machine_that_routes_for_thousands_lists_its_first(monkeypatch: pytest.MonkeyPatch) -> None:
    many = ((f"10.{number // 256}.{number % 256}.0/24", "eth0") for number in range(10_000))
    monkeypatch.setattr(routing, "_linux", lambda: many)
    monkeypatch.setattr("sys.platform", "linux")
    assert len(routing.routes() or ()) == 500


def test_the_distribution_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "os-release"
    file.write_text('NAME="Debian"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n')
    monkeypatch.setattr(system, "_OS_RELEASE", file)
    assert system._pretty_name() == "Debian GNU/Linux 12 (bookworm)"
    file.unlink()
    assert system._pretty_name() == ""
