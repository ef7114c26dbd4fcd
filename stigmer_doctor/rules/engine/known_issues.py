"""Faults of engines and systems that their public trackers know: data, and how one entry is matched.

A table in Python, not a file that is parsed at every start. An entry says only what its thread says: the product, the
versions that people named, what was seen. It is never a cause: what was measured is.
"""

from __future__ import annotations

import msgspec

from stigmer_doctor.analysis.product import Product, numbers
from stigmer_doctor.model.facts import UserSystem

_SILENT = ("SD403", "SD503", "SD603")
_NO_WAY = (*_SILENT, "SD402", "SD502", "SD602", "SD203", "SD206")
_NO_NAME = ("SD202", "SD401", "SD501", "SD601")


class KnownIssue(msgspec.Struct, frozen=True):
    """`source` is the public thread. `since` and `before` are versions of the product ("" for no limit); where one is
    given and the engine does not tell its version, the entry does not match. `system` is Linux, Darwin, Windows or "",
    `symptoms` the codes of which one at least is a root cause. `needs` is what else must be so: "tunnel" (a VPN's
    interface), "mirrored" (WSL's networking), "rootless", "macOS 15" (or later), "elsewhere" (an endpoint is on another
    machine)."""

    source: str
    product: str
    title: str
    way_out: str
    symptoms: tuple[str, ...]
    since: str = ""
    before: str = ""
    system: str = ""
    needs: tuple[str, ...] = ()

    def concerns(self, product: Product, system: UserSystem, *, elsewhere: bool) -> bool:
        """Whether this is the product, in one of those versions, on that system, with all that it needs."""
        there = {
            "tunnel": bool(system.tunnels),
            "mirrored": system.wsl_networking == "mirrored",
            "rootless": product.rootless,
            "macOS 15": _darwin(system) >= _SEQUOIA,
            "elsewhere": elsewhere,
        }
        return (
            self.product == product.name
            and self.system in ("", system.system)
            and self._in_range(product)
            and all(there[need] for need in self.needs)
        )

    def _in_range(self, product: Product) -> bool:
        if not (self.since or self.before):
            return True
        version = product.numbers
        below = not self.before or version < numbers(self.before)
        return bool(version) and numbers(self.since) <= version and below


_SEQUOIA = 24
"""macOS 15 has the kernel Darwin 24."""


def _darwin(system: UserSystem) -> int:
    major = system.kernel.partition(".")[0]
    return int(major) if system.system == "Darwin" and major.isdecimal() else 0


_DESKTOP = "Docker Desktop"
_LOCAL_NETWORK = (
    "System Settings, Privacy & Security, Local Network: allow it for the engine's program, then restart both"
)
_GITHUB = "https://github.com/"

KNOWN_ISSUES = (
    KnownIssue(
        f"{_GITHUB}docker/for-win/issues/13463", _DESKTOP,
        "Docker Desktop 4.19 does not resolve *.docker.internal in containers by itself",
        "Turn on the setting that adds these names, map the name when the container is made, or upgrade",
        _NO_NAME, since="4.19", before="4.20",
    ),
    KnownIssue(
        f"{_GITHUB}docker/for-mac/issues/6825", _DESKTOP,
        "Docker Desktop 4.19 gave the host another address, 192.168.65.254: one that was written down leads nowhere",
        "Use the name host.docker.internal, not its address",
        _NO_WAY, since="4.19", before="4.20", system="Darwin",
    ),
    KnownIssue(
        f"{_GITHUB}docker/for-win/issues/13966", _DESKTOP,
        "Docker Desktop 4.28 on Windows was seen not to resolve host.docker.internal without a mapping",
        "Map it when the container is made: --add-host host.docker.internal:host-gateway",
        _NO_NAME, since="4.28", before="4.29", system="Windows",
    ),
    KnownIssue(
        f"{_GITHUB}docker/for-mac/issues/7332", _DESKTOP,
        "Since Docker Desktop 4.31 host.docker.internal may answer with an IPv6 address that containers cannot reach",
        "Settings, Resources, Network: filter IPv6 (AAAA) records, or map the name to its IPv4 address",
        ("SD209", *_NO_NAME), since="4.31", system="Darwin",
    ),
    KnownIssue(
        f"{_GITHUB}docker/for-win/issues/14985", _DESKTOP,
        "Docker Desktop 4.50 and 4.51 on Windows were seen to lose the names of the host and of a VPN",
        "The thread has no answer; mapping the names when the container is made goes past it",
        (*_NO_NAME, *_NO_WAY), since="4.50", before="4.52", system="Windows",
    ),
    KnownIssue(
        f"{_GITHUB}docker/for-mac/issues/7836", _DESKTOP,
        "Since Docker Desktop 4.57 on macOS containers were seen to lose hosts of the local network, not this machine",
        f"{_LOCAL_NETWORK}; or go back to 4.56",
        _SILENT, since="4.57", system="Darwin", needs=("elsewhere",),
    ),
    KnownIssue(
        f"{_GITHUB}docker/for-mac/issues/7504", _DESKTOP,
        "macOS 15 lets a program into the local network only when the user allowed it",
        _LOCAL_NETWORK, _SILENT, needs=("macOS 15", "elsewhere"),
    ),
    KnownIssue(
        f"{_GITHUB}orbstack/orbstack/issues/1452", "OrbStack",
        "macOS 15 lets a program into the local network only when the user allowed it",
        _LOCAL_NETWORK, _SILENT, needs=("macOS 15", "elsewhere"),
    ),
    KnownIssue(
        f"{_GITHUB}docker/for-win/issues/13566", _DESKTOP,
        "With a VPN that takes all traffic, host.docker.internal may still lead to the interface that the VPN blocks",
        "Disconnect the VPN to see whether that is it; then have it leave local traffic alone (split tunnel)",
        _NO_WAY, system="Windows",
    ),
    KnownIssue(
        f"{_GITHUB}docker/for-win/issues/13916", _DESKTOP,
        "Docker Desktop on Windows keeps the old address of host.docker.internal after the network changed",
        "Correct the line in Windows' hosts file: restarting alone was seen not to help",
        _NO_WAY, system="Windows",
    ),
    KnownIssue(
        f"{_GITHUB}docker/for-win/issues/12673", _DESKTOP,
        "host.docker.internal was seen to stop answering in containers after some time, and to come back",
        "Restart Docker Desktop", (*_NO_NAME, *_NO_WAY), since="4.11", before="4.12", system="Windows",
    ),
    KnownIssue(
        f"{_GITHUB}abiosoft/colima/issues/949", "Colima",
        "Colima 0.6.5 and 0.6.7: host-gateway leads to the VM, not to this machine (192.168.5.2)",
        "Upgrade Colima; restarting it was seen to help, as the first start was wrong",
        _NO_WAY,
    ),
    KnownIssue(
        f"{_GITHUB}abiosoft/colima/issues/1159", "Colima",
        "With --network-address Colima resolves host.docker.internal or not, as its nameservers are ordered",
        "Start it without --network-address, or map the name when the container is made",
        _NO_NAME,
    ),
    KnownIssue(
        f"{_GITHUB}rancher-sandbox/rancher-desktop/issues/1909", "Rancher Desktop",
        "On Windows the firewall of the host was seen to drop what comes from Rancher Desktop's WSL interface",
        "Allow the port in Windows' firewall for that interface, or turn on Rancher Desktop's network tunnel",
        _NO_WAY, system="Windows",
    ),
    KnownIssue(
        f"{_GITHUB}rancher-sandbox/rancher-desktop/issues/7378", "Rancher Desktop",
        "Since Rancher Desktop 1.15 on Windows the host network of a container is not WSL's any more",
        "Use a bridge network and host.docker.internal",
        ("SD201",), system="Windows",
    ),
    KnownIssue(
        f"{_GITHUB}microsoft/WSL/issues/12626", "Docker Engine",
        "With WSL's mirrored networking, containers of an engine inside the distribution do not reach Windows",
        "Set networkingMode=nat in .wslconfig, or run the services inside the distribution",
        _NO_WAY, system="Linux", needs=("mirrored",),
    ),
    KnownIssue(
        f"{_GITHUB}podman-container-tools/podman/issues/28435", "Podman",
        "Rootless Podman does not lead containers to what listens on this machine's loopback only",
        "Let the service listen where host.containers.internal leads, or give pasta --map-host-loopback",
        ("SD205", "SD402", "SD502", "SD602"), needs=("rootless",),
    ),
    KnownIssue(
        f"{_GITHUB}docker/docs/issues/21986", "Docker Engine",
        "Rootless Docker keeps containers from this machine's loopback unless it is told otherwise",
        "DOCKERD_ROOTLESS_ROOTLESSKIT_DISABLE_HOST_LOOPBACK=false, and in its daemon.json host-gateway-ip: 10.0.2.2 "
        "with slirp4netns, another address with other network drivers",
        ("SD205", *_NO_WAY), needs=("rootless",),
    ),
)  # fmt: skip
