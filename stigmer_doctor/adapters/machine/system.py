"""What the machine says of itself: files on Linux, small programs of the system elsewhere."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from pathlib import Path

from stigmer_doctor.adapters.machine import routing
from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.user_system import UserSystem

_OS_RELEASE = Path("/etc/os-release")
_TUNNEL = compiled_later(
    r"(?:u?tun|tap|ppp|wg|ipsec|gpd|cscotun|tailscale|zt|nordlynx|proton|warp|vpn)[a-z0-9_.-]*",
    re.ASCII | re.IGNORECASE,
)


def user_system() -> UserSystem:
    """Nothing of it fails: what the system does not say is "" or None."""
    name, kernel, architecture = _kernel()
    routes = routing.routes()
    names = {route.interface for route in routes or ()}
    return UserSystem(
        system=name,
        release=_release(),
        kernel=kernel,
        architecture=architecture,
        wsl_networking=_wsl_networking() if "microsoft" in kernel.lower() else "",
        tunnels=tuple(sorted(name for name in names if _TUNNEL.fullmatch(name))),
        routes=routes,
    )


def _kernel() -> tuple[str, str, str]:
    """Its name, its version, and what it runs on."""
    if sys.platform == "win32":
        import platform  # compiles 1 ms of expressions

        return platform.system(), platform.release(), platform.machine()
    known = os.uname()
    return known.sysname, known.release, known.machine


def _release() -> str:
    if sys.platform == "darwin":
        import platform

        return f"macOS {platform.mac_ver()[0]}"
    if sys.platform == "win32":
        import platform

        return f"Windows {platform.release()} (build {platform.version()})"
    return _pretty_name()


def _pretty_name() -> str:
    """From os-release, which every distribution has; "" where this one does not."""
    with contextlib.suppress(OSError):
        for line in _OS_RELEASE.read_text("utf-8", "replace").splitlines():
            name, _, value = line.partition("=")
            if name == "PRETTY_NAME":
                return value.strip().strip("\"'")
    return ""


def _wsl_networking() -> str:
    """ "nat", "mirrored", "none" or "virtioproxy"; the program is there since WSL 2.0."""
    said = routing.said_by("wslinfo", "--networking-mode") if os.name == "posix" else ""
    word = said.strip().lower()
    return word if word.isalpha() else ""
