"""Files of a source tree, or named by the user: listed and read, never written here."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from stigmer_doctor.adapters.files.regular import expanded, read_regular

_MOST_BYTES = 10 * 1024 * 1024
_SKIPPED = frozenset({".git", "node_modules", "vendor", ".venv", "venv", "__pycache__", "dist", "build", ".next"})
_FEW, _AT_ONCE = 16, 4
"""Folders that one thread is enough for, and how many threads look into more."""


class SourceTree:
    """Implements SourceFiles. Without a `root` relative paths are relative to the working directory."""

    def __init__(self, root: str = "") -> None:
        self._root = str(Path(root).expanduser()) if root else None

    def paths(self, suffixes: tuple[str, ...]) -> list[str]:
        """Files whose name ends so, with forward slashes, relative to the root; in no order. Symbolic links are not
        followed."""
        return [] if self._root is None else _Walk(self._root, suffixes).paths()

    def read(self, path: str) -> bytes | None:
        try:
            file = os.path.join(self._root, path) if self._root else expanded(path)  # noqa: PTH118 - a Path takes longer
            return read_regular(file, _MOST_BYTES + 1)
        except (OSError, ValueError):
            return None

    def resolved(self, path: str) -> str:
        """The path from the root on, with its links followed; "" where there is nothing."""
        try:
            return str(self._path(path).resolve(strict=True))
        except (OSError, ValueError, RuntimeError):  # a link that leads to itself is a RuntimeError
            return ""

    def _path(self, path: str) -> Path:
        return Path(self._root) / path if self._root else expanded(path)


class _Walk:
    """Finds the files below a folder. What is not in memory the disk gives to several who ask faster than to one."""

    def __init__(self, root: str, suffixes: tuple[str, ...]) -> None:
        self._waiting, self._suffixes = [root], suffixes
        self._cut = len(root.rstrip("/\\")) + 1
        self._found: list[str] = []

    def paths(self) -> list[str]:
        self._look(_FEW)
        if self._waiting:
            with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="walk") as pool:
                for done in [pool.submit(self._look) for _ in range(_AT_ONCE)]:
                    done.result()
        return self._found

    def _look(self, most: float = math.inf) -> None:
        """Into the folders that are waiting, until none is, or more than `most` are."""
        while 0 < len(self._waiting) <= most:
            with suppress(OSError, IndexError):  # a folder that cannot be read, or another thread took the last one
                self._into(self._waiting.pop())

    def _into(self, folder: str) -> None:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith(self._suffixes):
                    if entry.is_file(follow_symlinks=False):
                        self._found.append(entry.path[self._cut :].replace(os.sep, "/"))
                elif entry.name not in _SKIPPED and entry.is_dir(follow_symlinks=False):
                    self._waiting.append(entry.path)


def checkout(start: Path, markers: Iterable[str]) -> str:
    """The folder at or above `start` that holds all the markers; "" where there is none."""
    wanted = tuple(markers)
    for folder in (start, *start.parents):
        if all((folder / path).exists() for path in wanted):
            return str(folder)
    return ""
