"""Files that are replaced as a whole: no reader ever sees half of one, and an interruption leaves the old one."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def replace_file(
    path: Path,
    data: bytes,
    mode: int,
    *,
    folder: int | None = None,
    prepare: Callable[[int], object] = lambda _: None,
    durable: bool = True,
) -> None:
    """Write beside the file and move over it; where it is `durable`, it is on the disk when this returns. `folder` is
    an open folder that a relative path begins in; `prepare` is given the new file's descriptor before it takes the old
    one's place. Raises OSError."""
    beside = path.parent / f".{path.name[:200]}.{os.urandom(6).hex()}"
    handle = os.open(beside, _FLAGS, 0o600, dir_fd=folder)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            prepare(handle)
            if sys.platform != "win32":
                os.fchmod(handle, mode)
            if durable:
                os.fsync(handle)
        if sys.platform == "win32":
            beside.chmod(mode)
        os.replace(beside, path, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:  # whatever ends it, half a file is not left behind
        with contextlib.suppress(OSError):
            os.unlink(beside, dir_fd=folder)
        raise
    if folder is not None and durable:
        os.fsync(folder)
