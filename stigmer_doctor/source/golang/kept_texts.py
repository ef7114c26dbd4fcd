"""The text of files of a source tree, each read once as far as there is room."""

from __future__ import annotations

from collections.abc import Callable

_MOST_KEPT = 24 * 1024 * 1024


class KeptTexts:
    """`read` gives any file's bytes, or None."""

    def __init__(self, read: Callable[[str], bytes | None]) -> None:
        self._read = read
        self._kept: dict[str, bytes] = {}
        self._left = _MOST_KEPT

    def of(self, path: str) -> bytes:
        """A file's bytes; b"" where it cannot be read. They are kept, unless the tree is too large for that."""
        if path in self._kept:
            return self._kept[path]
        raw = self._read(path) or b""
        if len(raw) <= self._left:
            self._kept[path] = raw
            self._left -= len(raw)
        return raw
