"""One input of the doctor: the files of it, and the options with which they are looked at."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Mapping
from typing import NamedTuple

import msgspec

SNAPSHOT, COMPOSE, GO, MANIFEST, CONTRACT, PROFILE = KINDS = (
    "snapshot",
    "compose",
    "go",
    "manifest",
    "contract",
    "profile",
)
FILE = "snapshot.json"
TOML = "stigmer.toml"


class Case(NamedTuple):
    """`kind` says how it is given to the doctor; `files` are by their paths in a folder of their own. `thorough`: in
    every format, redacted, fixed and taken back, which takes ten times as long."""

    kind: str
    files: Mapping[str, bytes]
    options: tuple[str, ...] = ()
    thorough: bool = True

    def with_file(self, path: str, raw: bytes) -> Case:
        return self._replace(files={**self.files, path: raw})


Mutate = Callable[[Case, random.Random, "list[Case]"], Case]
"""Another case made of one, and of parts of others of its kind."""


class _Saved(msgspec.Struct):
    kind: str
    options: list[str]
    files: dict[str, str]
    encoded: dict[str, str] = {}
    """Those that are not UTF-8, in base64."""


def dump(case: Case) -> bytes:
    """The case as a file for people."""
    saved = _Saved(case.kind, list(case.options), {})
    for path, raw in case.files.items():
        try:
            saved.files[path] = raw.decode()
        except UnicodeDecodeError:
            saved.encoded[path] = base64.b64encode(raw).decode()
    return msgspec.json.format(msgspec.json.encode(saved), indent=1) + b"\n"


def load(raw: bytes) -> Case:
    """What `dump` wrote."""
    saved = msgspec.json.decode(raw, type=_Saved)
    files = {path: text.encode() for path, text in saved.files.items()}
    files |= {path: base64.b64decode(text) for path, text in saved.encoded.items()}
    return Case(saved.kind, files, tuple(saved.options))
