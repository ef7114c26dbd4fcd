"""Tears a lab down when the process that owns it ends, however it ends.

The owner holds the other end of this process's standard input: closing it, or being killed, is the signal. What there
is to tear down is in the run directory's record, written before each thing is made. `python -m tests.lab clean` does
the same for the run directories whose reaper was killed too.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

PREFIX = "sdlab-"
_RECORD = "record"
_MADE_WITHIN_S = 600


class Record:
    """What a lab has made, one thing a line: `kind value`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = folder / _RECORD

    def add(self, kind: str, value: str | int) -> None:
        """Write it down before it is made."""
        with self._file.open("a", encoding="utf-8") as stream:
            stream.write(f"{kind} {value}\n")

    def add_process(self, pid: int, kind: str = "process") -> None:
        """Write a process down with the time it started: its number may be another's by the time it is read."""
        self.add(kind, f"{pid} {started(pid)}")

    def living(self, kind: str) -> list[int]:
        """The processes of that kind that still are the ones that were written down."""
        pairs = (value.partition(" ") for value in self.of(kind))
        return [int(pid) for pid, _, start in pairs if start and started(int(pid)) == start]

    def of(self, kind: str) -> list[str]:
        """The values of that kind, the last made first."""
        if not self._file.exists():
            return []
        pairs = (line.partition(" ") for line in self._file.read_text(encoding="utf-8").splitlines())
        return [value for pair, _, value in pairs if pair == kind][::-1]


def started(pid: int) -> str:
    """When a process started, in the kernel's ticks since boot; "" when there is none."""
    try:
        return Path("/proc", str(pid), "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def tear_down(folder: Path) -> None:
    """End everything that the run directory's lab made, and delete the directory. May be called twice."""
    record = Record(folder)
    _remove_containers(folder / "docker.sock")
    for pid in _processes(folder, record):
        _signal(pid, signal.SIGTERM)
    _wait_until_gone(lambda: _processes(folder, record), 10)
    for pid in _processes(folder, record):
        _signal(pid, signal.SIGKILL)
    _wait_until_gone(lambda: _processes(folder, record), 5)
    for name in record.of("namespace"):
        subprocess.run(["ip", "netns", "delete", name], capture_output=True)
    for name in record.of("cgroup"):
        _remove_cgroups(name)
    for mount in _mounts(folder):  # the last is the run directory's own, and the record is gone with it
        subprocess.run(["umount", "--lazy", mount], capture_output=True)
    shutil.rmtree(folder, ignore_errors=True)


def leftovers() -> Iterator[Path]:
    """Run directories of labs whose owner has gone. One that names no owner is being made, unless it is old."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        record = Record(folder)
        if record.of("owner"):
            if not record.living("owner"):
                yield folder
        elif _age_s(folder) > _MADE_WITHIN_S:
            yield folder


def _age_s(folder: Path) -> float:
    try:
        return time.time() - folder.stat().st_mtime
    except FileNotFoundError:
        return 0


def _remove_containers(socket: Path) -> None:
    if not socket.exists():
        return
    docker = ["docker", "--host", f"unix://{socket}"]
    with contextlib.suppress(subprocess.TimeoutExpired, FileNotFoundError):
        listed = subprocess.run([*docker, "ps", "--all", "--quiet"], capture_output=True, text=True, timeout=20)
        if listed.stdout.split():
            subprocess.run([*docker, "rm", "--force", *listed.stdout.split()], capture_output=True, timeout=60)


def _remove_cgroups(name: str) -> None:
    """The control groups of that name in every hierarchy, the innermost first: their processes have ended."""
    for top in Path("/sys/fs/cgroup").glob(f"*/{name}"):
        for folder in sorted((path for path in top.rglob("*") if path.is_dir()), reverse=True):
            _remove_cgroup(folder)
        _remove_cgroup(top)


def _remove_cgroup(folder: Path) -> None:
    with contextlib.suppress(OSError):  # a process of it has not quite gone
        folder.rmdir()


def _processes(folder: Path, record: Record) -> list[int]:
    """The recorded processes that still live, and those that carry the run directory in their command line (the
    engine's containerd and shims)."""
    recorded = set(record.living("process"))
    mark = f"{folder}/".encode()
    return [pid for pid, line in command_lines() if (pid in recorded or mark in line) and pid != os.getpid()]


def command_lines() -> Iterable[tuple[int, bytes]]:
    """The id and the command line of everything that runs; what ends meanwhile is left out."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                line = (entry / "cmdline").read_bytes()
                if line:  # a zombie has none
                    yield int(entry.name), line


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _wait_until_gone(remaining: object, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and callable(remaining) and remaining():
        time.sleep(0.05)


def _mounts(folder: Path) -> list[str]:
    """What is mounted at the run directory and below it, the last mounted first."""
    lines = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    return [mount for mount in (line.split()[1] for line in lines) if Path(mount).is_relative_to(folder)][::-1]


def main() -> None:
    folder = Path(sys.argv[1])
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # only the end of the owner counts
    sys.stdin.buffer.read()
    tear_down(folder)


if __name__ == "__main__":
    main()
