"""What git says of a file."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

_WITHIN_S = 10


def uncommitted(path: str) -> bool:
    """Whether the file differs from what its checkout has; False where there is no git or no checkout."""
    program, file = shutil.which("git"), Path(path).expanduser()
    if program is None:
        return False
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and the file stands behind "--"
            [program, "-C", str(file.parent), "status", "--porcelain", "--", file.name],
            capture_output=True, timeout=_WITHIN_S, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and bool(done.stdout.strip())
