"""Many snapshots, each another one with a few places changed to what its types allow."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec import inspect

from stigmer_doctor import snapshot
from stigmer_doctor.model.errors import CannotDiagnose
from stigmer_doctor.model.facts import Facts
from tests.fuzz import typed
from tests.fuzz.case import FILE, SNAPSHOT
from tests.fuzz.seeds import SEEDS

BROKEN = 1000
"""One of so many is cut off."""
_IN_A_FOLDER = 1000


def mutated(seed: int) -> Iterator[bytes]:
    """Snapshots that can be read, as the doctor writes them, without end. No two have the same time."""
    rng = random.Random(seed)
    number = 0
    while True:
        number += 1
        try:
            raw = msgspec.json.encode(_changed(rng, number))
            snapshot.load(raw, "")
        except (CannotDiagnose, UnicodeError, OverflowError):  # half of a character, a number of 200 digits
            continue
        yield msgspec.json.format(raw, indent=1) + b"\n"


def written(folder: Path, count: int, seed: int) -> list[Path]:
    """So many of them in files of folders below it, in the order in which `triage` reads them. A few are cut off."""
    files = []
    for number, raw in zip(range(count), mutated(seed), strict=False):
        file = folder / f"{number // _IN_A_FOLDER:04}" / f"{number:06}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(raw[:-99] if number % BROKEN == BROKEN - 1 else raw)
        files.append(file)
    return files


@cache
def _documents() -> list[Any]:
    return [msgspec.json.decode(case.files[FILE]) for case in SEEDS[SNAPSHOT]()]


@cache
def _sites(index: int) -> list[typed.Site]:
    """Every place in that document."""
    return list(typed.sites(_documents()[index], inspect.type_info(Facts)))


def _changed(rng: random.Random, number: int) -> Any:
    """A document of a time and a version of its own, with up to three other values."""
    documents = _documents()
    index = rng.randrange(len(documents))
    made = documents[index]
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        site = rng.choice(_sites(index))
        other = typed.get(rng.choice(documents), site.keys)
        value = other if other is not None and rng.random() < 0.5 else typed.generated(site.type, rng)
        made = _with(made, site.keys, value)
    seconds = number % 86_400
    day = f"2026-{1 + number // 28 % 12:02}-{1 + number % 28:02}"
    time = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return {**made, "collected_at": f"{day}T{time}Z", "tool_version": f"0.{number % 3}.0"}


def _with(document: Any, keys: typed.Keys, value: Any) -> Any:
    """The document with that value there; what is not on the way to it is shared. A place that is gone stays so."""
    if not keys:
        return value
    key, *rest = keys
    try:
        inner = _with(document[key], tuple(rest), value)
    except (LookupError, TypeError):
        return document
    made = document.copy()
    made[key] = inner
    return made
