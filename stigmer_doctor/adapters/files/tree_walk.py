"""Finds the files below a folder, by several processes where there are many folders.

What is not in memory the disk gives to several who ask faster than to one. Threads would ask too, but Python gives up
its lock at every name that is read, and handing it from thread to thread takes longer than the reading.
As a program this file reads folders and suffixes and writes the files that it finds; it imports nothing but `os`.
"""

from __future__ import annotations

import os
import sys

_FEW, _AT_ONCE = 64, 4
"""Folders that are waiting, up to which one process is enough, and how many processes look into more."""
_SKIPPED = frozenset({".git", "node_modules", "vendor", ".venv", "venv", "__pycache__", "dist", "build", ".next"})


def files_below(root: str, suffixes: tuple[str, ...]) -> list[str]:
    """The paths of the files whose name ends so, in no order. Symbolic links are not followed, and what cannot be read
    is left out."""
    waiting, found = [root], list[str]()
    while 0 < len(waiting) <= _FEW:
        _look(waiting.pop(0), suffixes, waiting, found)
    return found + (_by_processes(waiting, suffixes) if waiting else [])


def _by_processes(folders: list[str], suffixes: tuple[str, ...]) -> list[str]:
    import subprocess
    from concurrent.futures import ThreadPoolExecutor

    def found(part: list[str]) -> list[str]:
        asked = os.fsencode("\0".join([*suffixes, "", *part]))
        try:
            done = subprocess.run(  # noqa: S603 - this interpreter, with this file
                [sys.executable, "-P", "-S", __file__], input=asked, capture_output=True, check=True
            )
        except (OSError, ValueError, subprocess.SubprocessError):  # an interpreter without a program of its own
            return _all_below(part, suffixes)
        return os.fsdecode(done.stdout).split("\0")[:-1]

    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="walk") as pool:
        parts = pool.map(found, (folders[start::_AT_ONCE] for start in range(_AT_ONCE)))
        return [path for part in parts for path in part]


def _all_below(waiting: list[str], suffixes: tuple[str, ...]) -> list[str]:
    found = list[str]()
    while waiting:
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
    """Reads suffixes, an empty word and folders from standard input, and writes paths; a NUL stands between words."""
    words = os.fsdecode(sys.stdin.buffer.read()).split("\0")
    end = words.index("")
    found = _all_below(words[end + 1 :], tuple(words[:end]))
    sys.stdout.buffer.write(os.fsencode("".join(f"{path}\0" for path in found)))


if __name__ == "__main__":
    _program()
