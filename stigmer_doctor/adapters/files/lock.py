"""A lock on an open file, which is gone with its process however that ends."""

from __future__ import annotations

import sys


def try_lock(handle: int) -> bool:
    """Whether the lock is this process's now; another one may have it, or the file system has none."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
