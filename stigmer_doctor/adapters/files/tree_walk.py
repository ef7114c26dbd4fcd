"""Finds the files below a folder, by several processes where there are many folders.

What is not in memory the disk gives to several who ask faster than to one. Threads would ask too, but Python gives up
its lock at every name that is read, and handing it from thread to thread takes longer than the reading.
As a program this file reads folders and suffixes and writes the files that it finds; it imports little.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress

TYPE_CHECKING = False  # `typing` takes longer to load than a small tree to walk
if TYPE_CHECKING:
    import subprocess

_FEW, _AT_ONCE = 64, 4
"""Folders that are waiting, up to which one process is enough, and how many processes look into more."""
_END = ["", ""]
_SKIPPED = frozenset({".git", "node_modules", "vendor", ".venv", "venv", "__pycache__", "dist", "build", ".next"})


def files_below(root: str, suffixes: tuple[str, ...]) -> list[str]:
    """The paths of the files whose name ends so, in no order. Symbolic links are not followed, and what cannot be read
    is left out."""
    waiting, found = [root], list[str]()
    while 0 < len(waiting) <= _FEW:
        _look(waiting.pop(0), suffixes, waiting, found)
    return found + (_by_processes(waiting, suffixes) if waiting else [])


def _by_processes(folders: list[str], suffixes: tuple[str, ...]) -> list[str]:
    parts = [folders[start::_AT_ONCE] for start in range(_AT_ONCE)]
    walkers: list[subprocess.Popen[bytes] | None] = []
    try:
        walkers += (_started(part, suffixes) for part in parts)
        return [path for walker, part in zip(walkers, parts, strict=True) for path in _found(walker, part, suffixes)]
    finally:
        for walker in filter(None, walkers):
            walker.kill()
            with walker:  # until it has gone
                pass


def _started(part: list[str], suffixes: tuple[str, ...]) -> subprocess.Popen[bytes] | None:
    """A process that looks into the folders; None where none can be started."""
    import subprocess

    try:
        walker = subprocess.Popen(  # noqa: S603 - this interpreter, with this file
            [sys.executable or "", "-P", "-S", __file__, str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, ValueError):
        return None
    if walker.stdin is not None:
        with suppress(OSError):  # it has ended: nothing will be found
            walker.stdin.write(os.fsencode("\0".join([*suffixes, "", *part])))
            walker.stdin.close()
    return walker


def _found(walker: subprocess.Popen[bytes] | None, part: list[str], suffixes: tuple[str, ...]) -> list[str]:
    """What it has found; looked for here where it did not come to its end, but for one that the user has ended."""
    words = os.fsdecode(walker.stdout.read()).split("\0") if walker and walker.stdout else []
    if words[-2:] == _END:
        return words[:-2]
    return [] if walker and walker.wait() == -signal.SIGINT else _all_below(part, suffixes)


def _all_below(waiting: list[str], suffixes: tuple[str, ...], asked_by: int | None = None) -> list[str]:
    """No further when the process that asked has ended."""
    found = list[str]()
    while waiting and asked_by in (None, os.getppid()):
        _look(waiting.pop(), suffixes, waiting, found)
    return found


def _look(folder: str, suffixes: tuple[str, ...], waiting: list[str], found: list[str]) -> None:
    """Into one folder: its files to `found`, its folders to `waiting`."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith(suffixes) and entry.is_file(follow_symlinks=False):
                    found.append(entry.path)
                elif entry.name not in _SKIPPED and entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
    except OSError:
        pass


def _program() -> None:
    """Reads suffixes, an empty word and folders from standard input, a NUL between any two; writes paths and an empty
    word, a NUL behind each."""
    words = os.fsdecode(sys.stdin.buffer.read()).split("\0")
    end = words.index("")
    found = _all_below(words[end + 1 :], tuple(words[:end]), int(sys.argv[1]))
    sys.stdout.buffer.write(os.fsencode("".join(f"{path}\0" for path in [*found, ""])))


if __name__ == "__main__":
    _program()
