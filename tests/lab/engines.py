"""Other real engines than a native dockerd: Podman's Docker-compatible service, and rootless Docker."""

from __future__ import annotations

import os
from pathlib import Path

from tests.lab.addresses import Addresses
from tests.lab.engine import launch
from tests.lab.namespace import Namespace
from tests.lab.reaper import Record

_USER = 4242
_CONTAINERS_CONF = """
[network]
network_backend = "netavark"
default_subnet = "{subnet}"
[engine]
cgroup_manager = "cgroupfs"
runtime = "runc"
events_logger = "file"
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
"""
# What rootless Docker needs of the machine is put over it in a mount namespace of its own: a user with subordinate
# ids, and a tun device that this user may open.
_ROOTLESS = """
mount --make-rprivate /
mount --bind {folder}/passwd /etc/passwd
mount --bind {folder}/subid /etc/subuid
mount --bind {folder}/subid /etc/subgid
mkdir -p /dev/net && touch /dev/net/tun && mount --bind {folder}/tun /dev/net/tun
exec nsenter --net={namespace} -- setpriv --reuid {user} --regid {user} --clear-groups \\
  env -i HOME={folder}/rootless XDG_RUNTIME_DIR={folder}/rootless/run PATH=/usr/bin:/bin:/usr/sbin:/sbin \\
  rootlesskit --net=slirp4netns --mtu=1500 --cidr={cidr} --slirp4netns-sandbox=false \\
  --slirp4netns-seccomp=false {loopback} --port-driver=builtin --copy-up=/etc --copy-up=/run --propagation=rslave \\
  --state-dir={folder}/rootless/run/kit sh -c 'rm -f /run/docker /run/containerd /run/xtables.lock; exec {dockerd}'
"""


def podman(folder: Path, namespace: Namespace, record: Record, own: Addresses) -> str:
    """Start Podman's service and wait until it answers; its address."""
    conf = folder / "containers.conf"
    conf.write_text(_CONTAINERS_CONF.format(subnet=f"{own.network(8)}.0/24"))
    argv = [
        "podman", f"--root={folder}/podman", f"--runroot={folder}/podman-run", "system", "service", "--time=0",
        f"unix://{folder}/docker.sock",
    ]  # fmt: skip
    return launch(
        namespace.enter(argv), folder / "docker.sock", folder / "engine.log", record, CONTAINERS_CONF=str(conf)
    )


def rootless(folder: Path, namespace: Namespace, record: Record, own: Addresses, *, loopback: bool) -> str:
    """Start a rootless dockerd as a user of its own; its address. `loopback`: containers may reach this machine's."""
    run = folder / "rootless" / "run"
    run.mkdir(parents=True)
    for path in (run.parent, run):
        os.chown(path, _USER, _USER)
        path.chmod(0o700)
    passwd = Path("/etc/passwd").read_text(encoding="utf-8")
    (folder / "passwd").write_text(f"{passwd.rstrip()}\nlab:x:{_USER}:{_USER}::{run.parent}:/bin/sh\n")
    (folder / "subid").write_text("lab:200000:65536\n")
    os.mknod(folder / "tun", 0o020666, os.makedev(10, 200))
    (folder / "tun").chmod(0o666)
    dockerd = (
        f"dockerd --rootless --host=unix://{run}/docker.sock --data-root={run.parent}/docker --exec-root={run}/exec "
        f"--pidfile={run}/docker.pid --bip={own.bridge}/24 --shutdown-timeout=1 "
        "--exec-opt native.cgroupdriver=cgroupfs"
    )
    script = folder / "rootless.sh"
    script.write_text(
        _ROOTLESS.format(
            folder=folder,
            namespace=namespace.path,
            user=_USER,
            cidr=own.slirp,
            loopback="" if loopback else "--disable-host-loopback",
            dockerd=dockerd,
        )
    )
    return launch(["unshare", "--mount", "sh", str(script)], run / "docker.sock", folder / "engine.log", record)
