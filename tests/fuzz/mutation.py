"""A case made of another: which of its files is broken, and how."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec
import yaml
from msgspec import inspect

from stigmer_doctor.model.facts import Facts
from tests.fuzz import typed
from tests.fuzz.case import PROFILE, SNAPSHOT, TOML, Case
from tests.fuzz.drive import FORMATS
from tests.fuzz.junk import OTHERS, WORDS
from tests.fuzz.texts import broken

_LANGUAGES = {".go": "go", ".py": "python", ".toml": "toml"}
_THOROUGH = 0.05


def mutated(case: Case, others: Sequence[Case], rng: random.Random) -> Case:
    """The case with one or two of its files broken, looked at with other options."""
    made = case._replace(options=_options(rng), thorough=rng.random() < _THOROUGH)
    for _ in range(rng.choice((1, 1, 1, 2))):
        path = TOML if case.kind == PROFILE and rng.random() < 0.8 else rng.choice(list(made.files))
        made = made.with_file(path, _broken(path, made, others, rng))
    return made


def _options(rng: random.Random) -> tuple[str, ...]:
    more = [option for option, share in _MORE if rng.random() < share]
    return ("--format", rng.choice(FORMATS), *more)


_MORE = (("--anonymize", 0.2), ("--verbose", 0.2))


def _broken(path: str, case: Case, others: Sequence[Case], rng: random.Random) -> bytes:
    raw = case.files[path]
    same = [other.files[path] for other in rng.sample(others, min(3, len(others))) if path in other.files]
    if case.kind in (SNAPSHOT, PROFILE) and path != TOML and rng.random() < 0.9:
        return _facts(raw, same, rng)
    if path.endswith((".yml", ".yaml")) and rng.random() < 0.25:
        return _yaml(raw, rng)
    ending = path[path.rfind(".") :]
    return broken(raw, same, WORDS[_LANGUAGES.get(ending, "yaml")], rng)


@cache
def _facts_type() -> inspect.Type:
    return inspect.type_info(Facts)


def _facts(raw: bytes, same: Sequence[bytes], rng: random.Random) -> bytes:
    """A snapshot of other facts; what is not JSON any more stays what it is."""
    try:
        document, others = msgspec.json.decode(raw), [msgspec.json.decode(other) for other in same]
        return msgspec.json.encode(typed.changed(document, _facts_type(), others, rng))
    except (msgspec.DecodeError, UnicodeError, RecursionError, OverflowError):
        return broken(raw, same, WORDS["yaml"], rng)


def _yaml(raw: bytes, rng: random.Random) -> bytes:
    """The same document with other values, and maybe in another style."""
    try:
        document = yaml.safe_load(raw)
        keys = _places(document)
        if keys:
            typed.put(document, rng.choice(keys), rng.choice((*OTHERS, *WORDS["yaml"])))
        flow = rng.choice((None, True, False))
        return yaml.safe_dump(document, default_flow_style=flow, allow_unicode=True, sort_keys=False).encode(
            "utf-8", "replace"
        )
    except (yaml.YAMLError, UnicodeError, ValueError, TypeError, AttributeError, RecursionError):
        return raw


def _places(document: Any, keys: typed.Keys = ()) -> list[typed.Keys]:
    """Of every value in it."""
    inner = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    return [found for key, value in inner for found in ((*keys, key), *_places(value, (*keys, key)))]
