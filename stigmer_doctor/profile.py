"""Loads the built-in profile."""

from __future__ import annotations

import os
from functools import cache

import msgspec

from stigmer_doctor.model.profile import Profile

FOLDER = os.path.join(os.path.dirname(__file__), "profiles")  # noqa: PTH118, PTH120 - a Path takes 1 ms to load


@cache
def load() -> Profile:
    """The profile of the Stigmer agent-runner. A malformed file is a bug, and raises msgspec.ValidationError.

    `stigmer.toml` is the one to read and to change; `make docs` writes `stigmer.json` from it, which is read sixty
    times as fast.
    """
    with open(os.path.join(FOLDER, "stigmer.json"), "rb") as file:  # noqa: PTH118, PTH123 - as above
        return msgspec.json.decode(file.read(), type=Profile)
