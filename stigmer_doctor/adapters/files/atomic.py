"""Files that are replaced as a whole: no reader ever sees half of one, and an interruption leaves the old one."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def replace_file(path: Path, data: bytes, mode: int, *, durable: bool = True) -> None:
    """Write beside the file and move over it; where it is `durable`, it is on the disk when this returns. Raises
    OSError."""
    import tempfile

    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            if durable:
                os.fsync(stream.fileno())
        beside.chmod(mode)
        beside.replace(path)
    except BaseException:  # whatever ends it, half a file is not left behind
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
