"""Files of a source tree, or named by the user: listed and read, never written here."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from stigmer_doctor.adapters.files.regular import expanded, read_regular

_MOST_BYTES = 10 * 1024 * 1024


class SourceTree:
    """Implements SourceFiles. Without a `root` relative paths are relative to the working directory."""

    def __init__(self, root: str = "") -> None:
        self._root = str(Path(root).expanduser()) if root else None

    def paths(self, suffixes: tuple[str, ...]) -> list[str]:
        """Files whose name ends so, with forward slashes, relative to the root; in no order. Symbolic links are not
        followed."""
        if self._root is None:
            return []
        from stigmer_doctor.adapters.files.tree_walk import files_below

        cut = len(self._root.rstrip("/\\")) + 1
        return [path[cut:].replace(os.sep, "/") for path in files_below(self._root, suffixes)]

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


def checkout(start: Path, markers: Iterable[str]) -> str:
    """The folder at or above `start` that holds all the markers; "" where there is none."""
    wanted = tuple(markers)
    for folder in (start, *start.parents):
        if all((folder / path).exists() for path in wanted):
            return str(folder)
    return ""
