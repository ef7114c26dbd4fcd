"""A file to read from, made of chunks as they arrive."""

from __future__ import annotations

import io
from collections.abc import Iterable


class Chunks(io.RawIOBase):
    """What `tarfile` needs of a stream: reading forward."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._buffer = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._buffer) < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._buffer += chunk
        cut = len(self._buffer) if size < 0 else size
        taken, self._buffer = self._buffer[:cut], self._buffer[cut:]
        return taken
