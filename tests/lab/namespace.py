"""Network namespaces: made, entered and described. Needs root on Linux."""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

_CLONE_NEWNET = 0x40000000
_FOLDER = Path("/run/netns")


def command(*argv: str) -> str:
    """Run a command that must succeed; its output."""
    done = subprocess.run(argv, capture_output=True, text=True, timeout=30)
    if done.returncode:
        raise RuntimeError(f"{' '.join(argv)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


class Namespace:
    """A network namespace with its loopback up. Whoever made it deletes it: see the reaper."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.path = _FOLDER / name

    def create(self) -> None:
        command("ip", "netns", "add", self.name)
        self.ip("link", "set", "lo", "up")

    def ip(self, *arguments: str) -> str:
        return command("ip", "-n", self.name, *arguments)

    def run(self, *argv: str) -> str:
        """Run a command inside that must succeed; its output."""
        return command(*self.enter(argv))

    def enter(self, argv: Sequence[str]) -> list[str]:
        """The command line that runs `argv` inside. `ip netns exec` would remount /sys and hide the cgroups."""
        return ["nsenter", f"--net={self.path}", "--", *argv]

    def sysctl(self, name: str, value: str) -> None:
        path = Path("/proc/sys") / name.replace(".", "/")
        self.call(lambda: path.write_text(value))

    def call(self, action: Callable[[], T]) -> T:
        """Run a function inside, in a thread of its own: a thread's namespace is not its process's."""
        result: list[T] = []
        failure: list[BaseException] = []

        def inside() -> None:
            try:
                _set_namespace(self.path)
                result.append(action())
            except BaseException as error:  # noqa: BLE001 - carried to the caller's thread and raised there
                failure.append(error)

        thread = threading.Thread(target=inside)
        thread.start()
        thread.join()
        if failure:
            raise failure[0]
        return result[0]

    def accepts(self, address: str, port: int, timeout: float = 1.0) -> bool:
        """Whether something inside accepts a connection there."""

        def dial() -> bool:
            try:
                socket.create_connection((address, port), timeout).close()
            except OSError:
                return False
            return True

        return self.call(dial)


def _set_namespace(path: Path) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    handle = os.open(path, os.O_RDONLY)
    try:
        if libc.setns(handle, _CLONE_NEWNET):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(path))
    finally:
        os.close(handle)
