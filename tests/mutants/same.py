"""The changes that change nothing, listed in `known.toml` with the reason."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.changes import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    module: str
    before: str
    after: str
    why: str

    def covers(self, change: Change) -> bool:
        return change.path.endswith(self.module) and (change.before, change.after) == (self.before, self.after)


def reason(change: Change) -> str | None:
    """Why the change changes nothing; None where the list does not say so."""
    return next((same.why for same in _listed() if same.covers(change)), None)


def _listed() -> list[Same]:
    text = Path(__file__).with_name("known.toml").read_text("utf-8")
    return [Same(**entry) for entry in tomllib.loads(text)["same"]]
