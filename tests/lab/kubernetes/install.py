"""What the cluster needs beside what the lab does: packages, and one binary that is built from Go modules."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.lab import install as lab
from tests.lab.namespace import command

CNI = Path("/usr/lib/cni")
VERSION = "v1.34.4"
_MODULE = Path(__file__).parent / "kube"
_TOOLS = {
    "etcd": "etcd-server",
    "containerd": "containerd",
    "ctr": "containerd",
    "runc": "runc",
    "openssl": "openssl",
    str(CNI / "bridge"): "containernetworking-plugins",
}


def kube_binary() -> Path:
    """Every program of the cluster in one file, of what the module's files and the version say."""
    files = [path.read_text(encoding="utf-8") for path in sorted(_MODULE.iterdir())]
    digest = hashlib.sha256("\n".join([VERSION, *files]).encode()).hexdigest()[:16]
    return lab.cache() / "bin" / f"kube-{digest}"


def missing() -> list[str]:
    """The reasons why the cluster cannot run here; none: it can."""
    reasons = lab.missing() + [f"{tool} is not installed" for tool in _TOOLS if not shutil.which(tool)]
    if not kube_binary().exists():
        reasons.append("the cluster's programs were not built (it needs go)")
    return reasons


def install() -> None:
    """Get what is missing, where that can be done: the build takes two cores six minutes, and 3 GB of Go's cache."""
    if not lab.expected():
        print("The cluster runs as root on Debian or Ubuntu only.")
        return
    if packages := sorted({package for tool, package in _TOOLS.items() if not shutil.which(tool)}):
        lab.install_packages(packages)
    if not kube_binary().exists() and shutil.which("go"):
        _build(kube_binary())
    for reason in missing():
        print(f"The cluster cannot run here: {reason}")


def _build(binary: Path) -> None:
    """Into the cache under its name only when it is whole."""
    print(f"Building Kubernetes {VERSION} into {binary}", flush=True)
    binary.parent.mkdir(parents=True, exist_ok=True)
    major, minor, _ = VERSION.removeprefix("v").split(".")
    told = {"gitVersion": VERSION, "gitMajor": major, "gitMinor": minor}
    flags = " ".join(
        ["-s", "-w", *(f"-X k8s.io/component-base/version.{name}={value}" for name, value in told.items())]
    )
    with tempfile.TemporaryDirectory(prefix="kube-", suffix=".partial", dir=binary.parent) as folder:
        made = Path(folder) / "kube"
        subprocess.run(
            ["go", "build", "-trimpath", "-buildvcs=false", "-mod=readonly", "-ldflags", flags, "-o", str(made), "."],
            cwd=_MODULE, check=True,
        )  # fmt: skip
        command(str(made), "kubectl", "version", "--client")
        made.rename(binary)
