"""The two machines. All addresses are of the lab's own block, and no namespace has a route out."""

from __future__ import annotations

import contextlib
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.lab import engine, engines
from tests.lab.addresses import Addresses
from tests.lab.install import newest_engine
from tests.lab.namespace import Namespace
from tests.lab.reaper import Record

TOPOLOGIES = ("desktop", "shared", "linux", "podman", "rootless", "rootless-open", "newest")
_LINK = "lab0"
_VPN = "tun0"
_NO_ALIAS_PORT = 5354


@dataclass
class Machine:
    """The user's machine and where its engine runs: in the same namespace (linux), or in a VM's (desktop)."""

    topology: str
    user: Namespace
    engine_side: Namespace
    docker_host: str
    own: Addresses
    _dropped: list[list[str]] = field(default_factory=list)

    def forward_loopback(self, on: bool) -> None:
        """Whether what is dialled at the user's address from the VM reaches what listens on the user's loopback, as
        Docker Desktop has it."""
        rule = ["PREROUTING", "--in-interface", _LINK, "--protocol", "tcp", "--destination", self.own.user]
        rule += ["--jump", "DNAT", "--to-destination", "127.0.0.1"]
        with contextlib.suppress(RuntimeError):  # not there yet
            self.user.run("iptables", "--table", "nat", "--delete", *rule)
        if on:
            self.user.run("iptables", "--table", "nat", "--append", *rule)

    def drop(self, port: int) -> None:
        """Black-hole what comes from containers to that port of the user's machine: dropped, not refused."""
        self.filter("INPUT", "!", "--in-interface", "lo", "--protocol", "tcp", "--dport", str(port), "--jump", "DROP")

    def drop_bridges(self) -> None:
        """A firewall that drops what comes from containers' bridges, as ufw does."""
        for bridge in ("docker0", "br-+"):
            self.filter("INPUT", "--in-interface", bridge, "--jump", "DROP")

    def filter(self, *rule: str) -> None:
        """Put a rule of iptables before the others of the user's machine, until `undrop`."""
        self.user.run("iptables", "--insert", *rule)
        self._dropped.append(list(rule))

    def reject(self, port: int, how: str) -> None:
        """A firewall that rejects what comes to that port: `how` is icmp-admin-prohibited (firewalld's), tcp-reset."""
        self._filter("!", "--in-interface", "lo", "--protocol", "tcp", "--dport", str(port), jump=("REJECT", how))

    def lose(self, share: float, port: int) -> None:
        """Lose that share of the packets to the port."""
        chance = ["--match", "statistic", "--mode", "random", "--probability", str(share)]
        self._filter("!", "--in-interface", "lo", "--protocol", "tcp", "--dport", str(port), *chance)

    def drop_large(self, port: int, size: int = 1000) -> None:
        """Drop larger packets than that to the port, as a way with a smaller MTU does that sends no ICMP."""
        large = ["--match", "length", "--length", f"{size}:65535"]
        self._filter("!", "--in-interface", "lo", "--protocol", "tcp", "--dport", str(port), *large)

    def _filter(self, *match: str, jump: tuple[str, ...] = ("DROP",)) -> None:
        target, *how = jump
        self.filter("INPUT", *match, "--jump", target, *(("--reject-with", *how) if how else ()))

    def claim(self, network: str) -> None:
        """A VPN that takes what goes from the user's machine to these addresses, until `unclaim`."""
        self.user.ip("link", "add", _VPN, "type", "veth", "peer", "name", f"{_VPN}-peer")
        for end in (_VPN, f"{_VPN}-peer"):
            self.user.ip("link", "set", end, "up")
        self.user.ip("route", "add", network, "dev", _VPN)

    def unclaim(self) -> None:
        with contextlib.suppress(RuntimeError):  # not there
            self.user.ip("link", "delete", _VPN)

    def undrop(self) -> None:
        while self._dropped:
            self.user.run("iptables", "--delete", *self._dropped.pop())


def build(topology: str, folder: Path, record: Record, own: Addresses) -> Machine:
    """Make the namespaces and start the engine."""
    name = folder.name
    user = _namespace(f"{name}-user", record)
    if topology == "linux":
        return _linux(user, folder, record, own)
    if topology == "newest":
        # The built runc has no seccomp, for which it would need C libraries.
        return _linux(user, folder, record, own, "--seccomp-profile=unconfined", program=str(newest_engine()))
    if topology in ("podman", "rootless", "rootless-open"):
        return _other(topology, user, folder, record, own)
    if topology == "shared":
        return _shared(user, folder, record, own)
    if topology == "desktop":
        return _desktop(user, _namespace(f"{name}-vm", record), folder, record, own)
    raise ValueError(f"there is no topology {topology!r}: {', '.join(TOPOLOGIES)} are")


def _namespace(name: str, record: Record) -> Namespace:
    record.add("namespace", name)
    made = Namespace(name)
    made.create()
    return made


def _linux(
    user: Namespace, folder: Path, record: Record, own: Addresses, *options: str, program: str = "dockerd"
) -> Machine:
    user.ip("link", "add", _LINK, "type", "veth", "peer", "name", f"{_LINK}-peer")
    user.ip("link", "set", f"{_LINK}-peer", "up")
    _address(user, own.user)
    _dns(user, folder, record, own.user, 53)
    host = engine.start(folder, user, record, own, f"--dns={own.user}", *options, program=program)
    return Machine("linux", user, user, host, own)


def _other(topology: str, user: Namespace, folder: Path, record: Record, own: Addresses) -> Machine:
    """A native machine with another engine."""
    user.ip("link", "add", _LINK, "type", "veth", "peer", "name", f"{_LINK}-peer")
    user.ip("link", "set", f"{_LINK}-peer", "up")
    _address(user, own.user)
    if topology == "podman":
        return Machine(topology, user, user, engines.podman(folder, user, record, own), own)
    host = engines.rootless(folder, user, record, own, loopback=topology == "rootless-open")
    return Machine(topology, user, user, host, own)


def _shared(user: Namespace, folder: Path, record: Record, own: Addresses) -> Machine:
    """An engine in a VM whose host network is the user's (OrbStack, Docker Desktop when it is told to): the same
    namespace, in which the engine provides the host alias."""
    user.ip("link", "add", _LINK, "type", "veth", "peer", "name", f"{_LINK}-peer")
    user.ip("link", "set", f"{_LINK}-peer", "up")
    _address(user, own.user)
    aliases = [f"--address=/{name}.docker.internal/{own.user}" for name in ("host", "gateway")]
    _dns(user, folder, record, own.user, 53, *aliases)
    for interface in ("docker0", _LINK):
        with contextlib.suppress(FileNotFoundError):
            user.sysctl(f"net.ipv4.conf.{interface}.route_localnet", "1")
    user.sysctl("net.ipv4.conf.default.route_localnet", "1")
    host = engine.start(folder, user, record, own, f"--dns={own.user}", f"--host-gateway-ip={own.user}")
    forward = ["--protocol", "tcp", "--destination", own.user, "--jump", "DNAT", "--to-destination", "127.0.0.1"]
    user.run("iptables", "--table", "nat", "--append", "PREROUTING", "--in-interface", "docker0", *forward)
    return Machine("shared", user, user, host, own)


def _desktop(user: Namespace, vm: Namespace, folder: Path, record: Record, own: Addresses) -> Machine:
    user.ip("link", "add", _LINK, "type", "veth", "peer", "name", _LINK, "netns", vm.name)
    _address(user, own.user)
    _address(vm, own.vm)
    user.sysctl(f"net.ipv4.conf.{_LINK}.route_localnet", "1")
    aliases = [f"--address=/{name}.docker.internal/{own.user}" for name in ("host", "gateway")]
    _dns(vm, folder, record, own.vm, 53, *aliases)
    # A container on the VM's own network does not know the alias. The engine gives it the same name server, so what
    # the VM itself asks is answered by one that knows no name.
    _dns(vm, folder, record, own.vm, _NO_ALIAS_PORT)
    for protocol in ("udp", "tcp"):
        vm.run(
            "iptables", "--table", "nat", "--append", "OUTPUT", "--protocol", protocol, "--destination", own.vm,
            "--dport", "53", "--jump", "DNAT", "--to-destination", f"{own.vm}:{_NO_ALIAS_PORT}",
        )  # fmt: skip
    host = engine.start(folder, vm, record, own, f"--dns={own.vm}", f"--host-gateway-ip={own.user}")
    machine = Machine("desktop", user, vm, host, own)
    machine.forward_loopback(True)
    return machine


def _address(namespace: Namespace, address: str) -> None:
    namespace.ip("address", "add", f"{address}/30", "dev", _LINK)
    namespace.ip("link", "set", _LINK, "up")


def _dns(namespace: Namespace, folder: Path, record: Record, address: str, port: int, *known: str) -> None:
    """A name server that knows the given names and answers NXDOMAIN to every other, at once."""
    argv = [
        "dnsmasq", "--keep-in-foreground", "--no-resolv", "--no-hosts", "--conf-file=/dev/null", "--bind-interfaces",
        f"--listen-address={address}", "--except-interface=lo", f"--port={port}", f"--pid-file={folder}/dns-{port}.pid",
        "--user=root", "--address=/#/", *known,
    ]  # fmt: skip
    process = subprocess.Popen(
        namespace.enter(argv),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    record.add_process(process.pid)
