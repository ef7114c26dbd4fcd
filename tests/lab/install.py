"""What the lab needs on this machine: whether it is here, and, as root on Debian or Ubuntu, getting it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

MOBY = "github.com/moby/moby/v2/cmd/dockerd@v2.0.0-beta.24"
RUNC = "github.com/opencontainers/runc@v1.5.2"
TEMPORAL_CLI = "github.com/temporalio/cli/cmd/temporal@v1.5.1"
_PACKAGES = {
    "dockerd": "docker.io",
    "docker": "docker.io",
    "ip": "iproute2",
    "iptables": "iptables",
    "dnsmasq": "dnsmasq-base",
    "openssl": "openssl",
    "sshd": "openssh-server",
    "ssh": "openssh-client",
    "podman": "podman",
    "aardvark-dns": "aardvark-dns",
    "netavark": "netavark",
    "rootlesskit": "rootlesskit",
    "slirp4netns": "slirp4netns",
    "newuidmap": "uidmap",
    "docker-compose": "docker-compose",
    "redis-server": "redis-server",
}


def cache() -> Path:
    """Where built tools and images are kept between runs."""
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "stigmer-doctor-lab"


def temporal_binary() -> Path:
    """The Temporal dev server that Stigmer ships."""
    return cache() / "bin" / "temporal"


def newest_engine() -> Path:
    """The newest Docker engine that can be built from source, when `python -m tests.lab newest` has built it."""
    return cache() / "newest" / "dockerd"


def build_newest() -> None:
    """Build that engine and a runc for it: takes minutes, so it is not a part of `install`."""
    for program in (MOBY, RUNC):
        print(f"Building {program}", flush=True)
        environment = os.environ | {"GOBIN": str(newest_engine().parent)}
        subprocess.run(["go", "install", program], env=environment, check=True)


def expected() -> bool:
    """Whether this is a machine on which the lab has to run: root on Debian or Ubuntu."""
    release = Path("/etc/os-release")
    text = release.read_text(encoding="utf-8") if release.exists() else ""
    return sys.platform == "linux" and os.geteuid() == 0 and ("debian" in text or "ubuntu" in text)


def _which(tool: str) -> str | None:
    """Where the tool is; Podman keeps its helpers in a folder of its own."""
    return shutil.which(tool) or shutil.which(tool, path="/usr/lib/podman")


def missing() -> list[str]:
    """The reasons why the lab cannot run here; none: it can."""
    if sys.platform != "linux":
        return ["it needs Linux"]
    reasons = [] if os.geteuid() == 0 else ["it needs root"]
    reasons += [f"{tool} is not installed" for tool in _PACKAGES if not _which(tool)]
    if not temporal_binary().exists():
        reasons.append("the Temporal dev server was not built (it needs go)")
    if not reasons and subprocess.run(["unshare", "--net", "true"], capture_output=True).returncode:
        reasons.append("network namespaces are not allowed here")
    return reasons


def install() -> None:
    """Get what is missing, where that can be done; says what it does and what it cannot."""
    if not expected():
        print("The lab runs as root on Debian or Ubuntu only: its tests will be skipped.")
        return
    packages = sorted({package for tool, package in _PACKAGES.items() if not _which(tool)})
    if packages:
        install_packages(packages)
    if not temporal_binary().exists() and shutil.which("go"):
        print(f"Building the Temporal dev server into {temporal_binary().parent}")
        environment = os.environ | {"GOBIN": str(temporal_binary().parent), "GOFLAGS": "-mod=mod"}
        subprocess.run(["go", "install", TEMPORAL_CLI], env=environment, check=True, stdout=subprocess.DEVNULL)
    for reason in missing():
        print(f"The lab cannot run here: {reason}")


def install_packages(packages: list[str]) -> None:
    print(f"Installing {' '.join(packages)}")
    # The lab starts its own engine; the packages' own services stay off.
    policy = Path("/usr/sbin/policy-rc.d")
    ours = not policy.exists()
    if ours:
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
    try:
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=environment, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(
            ["apt-get", "install", "-qq", "--no-install-recommends", *packages],
            env=environment, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    finally:
        if ours:
            policy.unlink()
