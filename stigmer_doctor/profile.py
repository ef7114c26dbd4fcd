"""Loads the built-in profile."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

import msgspec

from stigmer_doctor.model.profile import Profile


@cache
def load() -> Profile:
    """The profile of the Stigmer agent-runner. A malformed file is a bug, and raises msgspec.ValidationError."""
    text = resources.files("stigmer_doctor").joinpath("profiles", "stigmer.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Profile)
