"""The node: `python -m tests.lab.kubernetes.node FOLDER BLOCK`, the first process of namespaces of its own.

Network, processes and mounts are the node's alone, so that everything that it started ends with it and nothing of it
is left on the machine. It ends when one of the cluster's programs does.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.lab.addresses import Addresses
from tests.lab.kubernetes import api, programs
from tests.lab.kubernetes.programs import Site
from tests.lab.services import ROOT

_STARTS_WITHIN_S = 200
# What these programs write where it cannot be told to them.
_OWN = ("/run", "/var/log", "/var/lib")
# What the kubelet sets for the whole machine; it leaves alone what has the value already.
_KERNEL = {
    "vm/overcommit_memory": "1",
    "vm/panic_on_oom": "0",
    "kernel/panic": "10",
    "kernel/panic_on_oops": "1",
    "kernel/keys/root_maxkeys": "1000000",
    "kernel/keys/root_maxbytes": "25000000",
}


def main() -> None:
    site = Site(Path(sys.argv[1]), Addresses(int(sys.argv[2]), -1))
    _mounts()
    running = {_start(site, name): name for name in ("etcd", "containerd", "api_server")}
    _await(site)
    running |= {
        _start(site, name): name for name in ("controllers", "scheduler", "kubelet", "proxy", "names", "policies")
    }
    while (ended := os.wait()[0]) not in running:
        pass  # an orphan: whoever is the first process buries them
    sys.exit(f"{running[ended]} ended")


def _start(site: Site, name: str) -> int:
    argv: list[str] = getattr(programs, name)(site)
    with (site.folder / "logs" / f"{name}.log").open("wb") as log:
        return subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=ROOT).pid


def _mounts() -> None:
    for folder in _OWN:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "node", folder], check=True)
    for name, value in _KERNEL.items():
        # Not below the run directory: of what is mounted from one file system, cAdvisor knows but one place.
        path = Path("/run", name.replace("/", "."))
        path.write_text(f"{value}\n")
        subprocess.run(["mount", "--bind", str(path), f"/proc/sys/{name}"], check=True)


def _await(site: Site) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN_S
    while not ((site.folder / "containerd.sock").exists() and _ready(site)):
        if time.monotonic() > deadline:
            sys.exit("the API server or containerd did not start")
        time.sleep(0.1)


def _ready(site: Site) -> bool:
    try:
        return api.get(site, "/readyz") == b"ok"
    except OSError:
        return False


if __name__ == "__main__":
    main()
