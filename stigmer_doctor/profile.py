"""Loads the built-in profile."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import msgspec

from stigmer_doctor.model.profile import Profile

_FILE = Path(__file__).parent / "profiles" / "stigmer.toml"  # `importlib.resources` takes longer than to read it


@cache
def load() -> Profile:
    """The profile of the Stigmer agent-runner. A malformed file is a bug, and raises msgspec.ValidationError."""
    return msgspec.convert(tomllib.loads(_FILE.read_text(encoding="utf-8")), Profile)
