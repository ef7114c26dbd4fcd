"""Logs, which may be large and of which little is kept."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

_HEADER = struct.Struct(">BxxxL")


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
                piece = chunk[at : at + _HEADER.size - len(header)]
                header += piece
                if len(header) == _HEADER.size:
                    left, header = _HEADER.unpack(header)[1], b""
            at += len(piece)


def tail(pieces: Iterable[bytes], lines: int, max_bytes: int) -> tuple[bytes, bool]:
    """The last lines, at most so many bytes of them, and whether there was more.

    What is cut in front is cut at a whole line, or at least at a word: half a secret would be recognised by nobody.
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
        ring = _after(ring, b"\n") or _after(ring, b" ") or ring
    by_line = ring.splitlines(keepends=True)
    return b"".join(by_line[-lines:]), truncated or len(by_line) > lines


def _after(data: bytes, separator: bytes) -> bytes:
    return data.partition(separator)[2]
