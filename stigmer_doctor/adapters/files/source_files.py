"""Files of a source tree, or named by the user: listed and read, never written here."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from stigmer_doctor.adapters.files.regular import expanded, read_regular

_MOST_BYTES = 10 * 1024 * 1024
_SKIPPED = frozenset({".git", "node_modules", "vendor", ".venv", "venv", "__pycache__", "dist", "build", ".next"})


class SourceTree:
    """Implements SourceFiles. Without a `root` relative paths are relative to the working directory."""

    def __init__(self, root: str = "") -> None:
        self._root = str(Path(root).expanduser()) if root else None

    def paths(self, suffixes: tuple[str, ...]) -> list[str]:
        """Files whose name ends so, with forward slashes, relative to the root; in no order. Symbolic links are not
        followed."""
        return [] if self._root is None else list(self._walk(self._root, suffixes))

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

    def _walk(self, root: str, suffixes: tuple[str, ...]) -> Iterator[str]:
        waiting, cut = [root], len(root.rstrip("/\\")) + 1
        while waiting:
            try:
                with os.scandir(waiting.pop()) as entries:
                    for entry in entries:
                        if entry.name.endswith(suffixes):
                            if entry.is_file(follow_symlinks=False):
                                yield entry.path[cut:].replace(os.sep, "/")
                        elif entry.name not in _SKIPPED and entry.is_dir(follow_symlinks=False):
                            waiting.append(entry.path)
            except OSError:
                continue


def checkout(start: Path, markers: Iterable[str]) -> str:
    """The folder at or above `start` that holds all the markers; "" where there is none."""
    wanted = tuple(markers)
    for folder in (start, *start.parents):
        if all((folder / path).exists() for path in wanted):
            return str(folder)
    return ""
