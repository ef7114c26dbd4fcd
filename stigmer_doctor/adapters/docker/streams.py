"""Logs, which may be large and of which little is kept."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

FRAME_HEADER = struct.Struct(">BxxxL")
_SAID_KEPT = 4096


def unframed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """What stands in the frames of a stream without a TTY, stdout and stderr as they come. Holds one chunk."""
    header, left = b"", 0
    for chunk in chunks:
        at = 0
        while at < len(chunk):
            if left:
                piece = chunk[at : at + left]
                left -= len(piece)
                yield piece
            else:
                piece = chunk[at : at + FRAME_HEADER.size - len(header)]
                header += piece
                if len(header) == FRAME_HEADER.size:
                    left, header = FRAME_HEADER.unpack(header)[1], b""
            at += len(piece)


def tail(pieces: Iterable[bytes], lines: int, max_bytes: int) -> tuple[bytes, bool]:
    """The last lines, at most so many bytes of them, and whether there was more.

    What is cut in front is cut as `from_a_whole_word` has it.
    """
    kept, total = bytearray(), 0
    for piece in pieces:
        total += len(piece)
        kept += piece
        if len(kept) > 2 * max_bytes:
            del kept[:-max_bytes]
    ring = bytes(kept[-max_bytes:]) if max_bytes else b""
    truncated = total > len(ring)
    if truncated:
        ring = from_a_whole_word(ring)
    by_line = ring.splitlines(keepends=True)
    return b"".join(by_line[-lines:]), truncated or len(by_line) > lines


def from_a_whole_word(data: bytes) -> bytes:
    """What was cut in front, from a whole line on, or at least from a word: half a secret would be recognised by
    nobody."""
    return data.partition(b"\n")[2] or data.partition(b" ")[2] or data


class Tail:
    """The last 4 KiB of what a program wrote to stderr, from a whole word on."""

    def __init__(self) -> None:
        self._kept = b""

    def add(self, data: bytes) -> None:
        whole = self._kept + data
        self._kept = whole[-_SAID_KEPT:]
        if len(whole) > _SAID_KEPT:
            self._kept = from_a_whole_word(self._kept)

    def text(self) -> str:
        return self._kept.decode("utf-8", "replace")
