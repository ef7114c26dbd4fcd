"""What traits are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

import msgspec

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.facts import Facts, NotMeasured
from stigmer_doctor.model.profile import Profile

Traits: TypeAlias = Mapping[str, str]
"""Values by what they are the values of."""

# The number of a hidden value means nothing in another snapshot, and every container has another id.
_NUMBERED = compiled_later(r"<hidden \d+>")
_ID = compiled_later(r"(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{12})(?![0-9a-f])")


class TraitGroup(msgspec.Struct, frozen=True):
    """Traits of one area. `facts` are the fields that they are read from. `suffix` completes what they are called, and
    says that several of the same change are one line; `shared`: what only one side measured is not a change;
    `missing` names the area where it was measured on one side only, "" where another area says so."""

    area: str
    facts: tuple[str, ...]
    read: Callable[[Facts, Profile], Traits | NotMeasured]
    suffix: str = ""
    shared: bool = False
    missing: str = ""


def neutral(text: str) -> str:
    """The text without what is different in every run."""
    return _ID.sub("<id>", _NUMBERED.sub("<hidden>", text))


def joined(items: Iterable[str], nothing: str = "none") -> str:
    """The items in a row, in the order of the alphabet."""
    return ", ".join(sorted(items)) or nothing
