"""Processes that stand for machines and for who asks them, on a real server."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from stigmer_doctor.fleet.keys import add_key
from tests.fleet.simulated import name

ROOT = Path(__file__).parents[2]
_READY_WITHIN_S = 180
"""Of one process with machines, whose queues the server has to make."""


class Fleet(NamedTuple):
    """What all of them are told: the server, and a folder with key and storage."""

    address: str
    folder: Path

    @property
    def key_file(self) -> str:
        return str(self.folder / "team.key")

    @property
    def storage(self) -> Path:
        return self.folder / "storage"

    def prepare(self) -> None:
        self.storage.mkdir()
        add_key(self.key_file)

    @contextmanager
    def machines(
        self, count: int, processes: int, *more: str, tell: Callable[[str], None] = lambda _: None
    ) -> Iterator[list[subprocess.Popen[str]]]:
        """So many, spread over so many processes, once all of them wait for questions; killed at the end. Raises
        RuntimeError where they do not come to that."""
        share = -(-count // processes)
        running = []
        try:
            for first in range(0, count, share):
                running.append(self._simulated(first, min(share, count - first), more))
                _await_ready(running[-1])
                tell(f"{min(first + share, count)} of {count} machines wait for questions")
            yield running
        finally:
            for process in running:
                kill(process)

    def doctor(self, *words: str) -> subprocess.Popen[str]:
        """`stigmer-doctor fleet` with these words."""
        options = ("--temporal", self.address, "--key-file", self.key_file, "--storage", str(self.storage))
        return subprocess.Popen(
            [sys.executable, "-m", "stigmer_doctor", "fleet", *words, *options],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=os.environ | {"HOME": str(self.folder)},
        )  # fmt: skip

    def hosts_file(self, first: int, count: int) -> str:
        """A file with the names of so many."""
        file = self.folder / "hosts.txt"
        file.write_text("".join(f"{name(number)}\n" for number in range(first, first + count)), "ascii")
        return str(file)

    def _simulated(self, first: int, count: int, more: Sequence[str]) -> subprocess.Popen[str]:
        words = ("--first", str(first), "--count", str(count), *more, "--storage", str(self.storage))
        return subprocess.Popen(
            [sys.executable, "-m", "tests.fleet.simulated", "--address", self.address, "--key-file", self.key_file,
             *words],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip


def _await_ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout
    said, _, _ = select.select([process.stdout], [], [], _READY_WITHIN_S)
    if not said:
        raise RuntimeError(f"machines are not ready after {_READY_WITHIN_S} s: the server does not get on")
    if process.stdout.readline() != "ready\n":
        raise RuntimeError("a process with machines did not start")


def kill(process: subprocess.Popen[str]) -> None:
    """As kill -9, and wait for its end."""
    process.send_signal(signal.SIGKILL)
    process.wait()


def rows(document: str) -> dict[str, dict[str, Any]]:
    """The rows of a table in JSON, by machine."""
    return {row["host"]: row for row in json.loads(document)["rows"]}
