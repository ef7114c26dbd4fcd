"""A Temporal server of the test's own, with its database in a file, set as `docs/fleet.md` says."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.lab.install import temporal_binary

SETTINGS = {
    "matching.numTaskqueueReadPartitions": "1",
    "matching.numTaskqueueWritePartitions": "1",
    "matching.updateAckInterval": '"1h"',
    "matching.rps": "20000",
    "metrics.breakdownByTaskQueue": "false",
    "frontend.namespaceCount": "50000",
    "frontend.namespaceRPS": "20000",
    "frontend.rps": "20000",
}
_PRAGMAS = ("journal_mode=wal", "synchronous=1")
"""A log that is appended to, as the databases of teams have: with SQLite's own journal, which is made and deleted for
every transaction, the same sweep costs the server twice as much."""
_STARTS_WITHIN_S = 120
_QUESTIONS = (
    ("workflow", "start", "--type", "none", "--task-queue", "none"),
    ("task-queue", "describe", "--task-queue", "none"),
)
_TICKS = os.sysconf("SC_CLK_TCK")


class Server(NamedTuple):
    address: str
    process: subprocess.Popen[bytes]
    database: Path

    def cpu_s(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def database_bytes(self) -> bytes:
        """All that SQLite has written, what waits to be merged too."""
        return b"".join(file.read_bytes() for file in sorted(self.database.parent.glob(f"{self.database.name}*")))


@contextlib.contextmanager
def started(folder: Path) -> Iterator[Server]:
    """Killed at the end."""
    database, port = folder / "temporal.db", _free_port()
    settings = [word for key, value in SETTINGS.items() for word in ("--dynamic-config-value", f"{key}={value}")]
    pragmas = [word for pragma in _PRAGMAS for word in ("--sqlite-pragma", pragma)]
    argv = [str(temporal_binary()), "server", "start-dev", "--headless", "--port", str(port), "--log-level", "error"]
    with (folder / "temporal.log").open("wb") as log:
        process = subprocess.Popen(
            [*argv, "--db-filename", str(database), *pragmas, *settings],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        _await(port, process)
        yield Server(f"127.0.0.1:{port}", process, database)
    finally:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until each part of the server knows the namespace: that takes some seconds."""
    deadline = time.monotonic() + _STARTS_WITHIN_S
    for words in _QUESTIONS:
        ask = [str(temporal_binary()), *words, "--address", f"127.0.0.1:{port}"]
        while subprocess.run(ask, capture_output=True, timeout=60).returncode:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the Temporal server did not start")
            time.sleep(0.1)
