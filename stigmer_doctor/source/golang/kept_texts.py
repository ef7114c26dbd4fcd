"""The text of files of a source tree: what is asked of each of them is noted when it is read first, and few are read
often enough to be kept."""

from __future__ import annotations

import re
from collections.abc import Callable

from stigmer_doctor.lean_objects import compiled_later

_MOST_KEPT = 24 * 1024 * 1024
_READ_AGAIN = 3
"""Reading a file again takes 10 us, and most trees are asked for two or three names; what is asked for more is kept."""
ASKING = b"GOOS"
_GENERATED = b"// Code generated"
_BUILT = compiled_later(
    rb"^//go:build[^\n]*(?:linux|darwin|windows|unix)|^// \+build[^\n]*(?:linux|darwin|windows)", re.MULTILINE
)
_BUILT_NAME = compiled_later(r"_(?:linux|darwin|windows)(?:_\w+)?\.go$")


class KeptTexts:
    """`read` gives any file's bytes, or None. Of the files that were read: `generated` are those that a program wrote,
    `built` those that are built for one system, `asking` those that ask which system it is."""

    def __init__(self, read: Callable[[str], bytes | None]) -> None:
        self._read = read
        self._kept: dict[str, bytes] = {}
        self._times: dict[str, int] = {}
        self._left = _MOST_KEPT
        self.generated: set[str] = set()
        self.built: set[str] = set()
        self.asking: set[str] = set()

    def of(self, path: str) -> bytes:
        """A file's bytes; b"" where it cannot be read. What is asked for often is kept, unless the tree is too large
        for that."""
        if path in self._kept:
            return self._kept[path]
        raw = self._read(path) or b""
        times = self._times.get(path, 0) + 1
        if times == 1:
            self._note(path, raw)
        elif times > _READ_AGAIN and len(raw) <= self._left:
            self._kept[path] = raw
            self._left -= len(raw)
        self._times[path] = times
        return raw

    def noted(self, path: str) -> KeptTexts:
        """This, with that file among those that were read."""
        if path not in self._times:
            self.of(path)
        return self

    def _note(self, path: str, raw: bytes) -> None:
        if _GENERATED in raw[:2048]:
            self.generated.add(path)
        if _BUILT_NAME.search(path) or _BUILT.search(raw, 0, 4096):
            self.built.add(path)
        if ASKING in raw:
            self.asking.add(path)
