"""Runs the doctor's own command line in a process of its own: what it says of itself there it says here."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence

from stigmer_doctor.model.errors import CannotDiagnose

_LONGEST_S = 300.0
"""Far longer than a check may take by itself."""


def document(words: Sequence[str], environ: Mapping[str, str]) -> str:
    """The document that the command prints. Raises CannotDiagnose, with the line that it says, where it prints none."""
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and program
            [sys.executable, "-P", "-m", "stigmer_doctor", *words],
            stdin=subprocess.DEVNULL, capture_output=True, env=environ, timeout=_LONGEST_S, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise CannotDiagnose(f"stopped after {_LONGEST_S:g} seconds") from error
    except (OSError, ValueError) as error:  # an argument that is too long, or holds a zero byte
        raise CannotDiagnose(f"cannot be asked: {error}") from error
    if not done.stdout:
        lines = done.stderr.decode("utf-8", "replace").splitlines()
        raise CannotDiagnose(lines[-1] if lines else f"ended with exit code {done.returncode}, and said nothing")
    return done.stdout.decode("utf-8", "replace")
