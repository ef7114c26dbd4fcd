"""Loads the built-in profile."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from stigmer_doctor.model.profile import Profile

FOLDER = Path(__file__).parent / "profiles"


@cache
def load() -> Profile:
    """The profile of the Stigmer agent-runner. A malformed file is a bug, and raises msgspec.ValidationError.

    `stigmer.toml` is the one to read and to change; `make docs` writes `stigmer.json` from it, which is read sixty
    times as fast.
    """
    return msgspec.json.decode((FOLDER / "stigmer.json").read_bytes(), type=Profile)
