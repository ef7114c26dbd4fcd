"""gofmt, where it is installed: it knows best what is Go and what is not."""

from __future__ import annotations

import re
import subprocess

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.ports import GoVerdict

_ERROR = compiled_later(r"^<standard input>:(?P<line>\d{1,9}):(?P<column>\d{1,9}): (?P<message>.+)$", re.MULTILINE)
_WITHIN_S = 10


def gofmt(raw: bytes) -> GoVerdict | None:
    """What it says of a file's bytes; None where it is not installed or does not answer."""
    import shutil  # loads three compressors

    program = shutil.which("gofmt")
    if program is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and the file is on its standard input
            [program, "-e"], input=raw, capture_output=True, timeout=_WITHIN_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = _ERROR.search(done.stderr.decode("utf-8", "replace"))
    if done.returncode == 0:
        return GoVerdict()
    return GoVerdict(found["message"], int(found["line"]), int(found["column"])) if found else None
