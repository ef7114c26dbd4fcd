"""Opens files that somebody else named: a label, a compose file, a snapshot, a journal."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

Check = Callable[[os.stat_result], None]
"""Raises OSError for a file that is not to be read."""
MOST_BYTES = 64 * 1024 * 1024
_PIECE = 4096
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOCTTY", 0)


def expanded(path: str) -> Path:
    """The path, from the home folder on where it begins with one. Raises OSError where there is no such user."""
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise OSError(0, "there is no such user", path) from error


def read_whole(path: Path) -> bytes:
    """All of the file's bytes. Raises OSError as `read_regular` does, and for a file of more than `MOST_BYTES`: what is
    read here may be changed and written again, so it is never cut."""
    content = read_regular(path, MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise OSError(0, f"it is larger than {MOST_BYTES // 1024 // 1024} MiB", str(path))
    return content


def read_regular(
    path: Path | str, most: int, *, follow: bool = True, folder: int | None = None, check: Check = lambda _: None
) -> bytes:
    """The file's first bytes, at most `most`. Raises OSError as `open_regular` does."""
    handle, size = _opened(path, follow, folder, check)
    try:
        pieces: list[bytes] = []
        left = most
        # What is asked for Python gets memory for. Some sizes are not true, as those in /proc, which are 0.
        while left and (piece := os.read(handle, min(left, max(size + 1, _PIECE)))):
            if len(piece) == size and not pieces:
                return piece
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)
    finally:
        os.close(handle)


@contextlib.contextmanager
def open_regular(
    path: Path | str, *, follow: bool = True, folder: int | None = None, check: Check = lambda _: None
) -> Iterator[BinaryIO]:
    """The file, to be read. Raises OSError when it is not a regular file (a pipe would block, a device never ends) and,
    without `follow`, when its name is a symbolic link. `folder` is an open folder that a relative path begins in;
    `check` is told what was opened."""
    handle, _ = _opened(path, follow, folder, check)
    with os.fdopen(handle, "rb") as stream:
        yield stream


def _opened(path: Path | str, follow: bool, folder: int | None, check: Check) -> tuple[int, int]:
    """A descriptor of the file, and its size."""
    # Asked before the open too: to open a device can do something by itself, a tape rewinds.
    _regular(path, os.stat(path, dir_fd=folder, follow_symlinks=follow))
    handle = os.open(path, _FLAGS | (0 if follow else getattr(os, "O_NOFOLLOW", 0)), dir_fd=folder)
    try:
        known = os.fstat(handle)
        _regular(path, known)
        check(known)
    except BaseException:  # whatever ends it, the file is not left open
        os.close(handle)
        raise
    return handle, known.st_size


def _regular(path: Path | str, known: os.stat_result) -> None:
    if not stat.S_ISREG(known.st_mode):
        raise OSError(0, "it is not a regular file", str(path))
