"""The real dockerd, inside a namespace, with everything it keeps below the run directory."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from tests.lab.addresses import Addresses
from tests.lab.namespace import Namespace
from tests.lab.reaper import Record

_STARTS_WITHIN = 60


def start(
    folder: Path, namespace: Namespace, record: Record, own: Addresses, *options: str, program: str = "dockerd"
) -> str:
    """Start dockerd and wait until it answers; the engine's address. A program that is named by its path brings its
    own runc, beside it."""
    socket = folder / "docker.sock"
    path = f"{Path(program).parent}:{os.environ['PATH']}" if "/" in program else os.environ["PATH"]
    argv = [
        program,
        f"--host=unix://{socket}",
        f"--data-root={folder}/docker",
        f"--exec-root={folder}/exec",
        f"--pidfile={folder}/dockerd.pid",
        f"--bip={own.bridge}/24",
        f"--default-address-pool=base={own.pool},size=24",
        "--shutdown-timeout=1",
        *options,
    ]
    return launch(namespace.enter(argv), socket, folder / "dockerd.log", record, PATH=path)


def launch(argv: list[str], socket: Path, log: Path, record: Record, **environment: str) -> str:
    """Start an engine's program and wait until it answers on the socket; the engine's address."""
    with log.open("wb") as stream:
        process = subprocess.Popen(
            argv, env=os.environ | environment,
            stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, start_new_session=True,
        )  # fmt: skip
    record.add_process(process.pid)
    deadline = time.monotonic() + _STARTS_WITHIN
    while not _answers(socket):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the engine did not start:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)
    return f"unix://{socket}"


def _answers(socket: Path) -> bool:
    if not socket.exists():
        return False
    asked = subprocess.run(["docker", "--host", f"unix://{socket}", "version"], capture_output=True, timeout=30)
    return asked.returncode == 0
