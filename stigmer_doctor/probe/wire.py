"""Frames: what goes between the doctor and its program in a container. Standard library only, Python 3.8 or later.

A frame is a type (one byte), a stream id and a length (four bytes each, big-endian), and that many bytes. What is asked
for goes in as `marshal` writes it, which every interpreter reads without loading anything. What comes out is JSON:
nothing that a container says may be read with `marshal`.
"""

from __future__ import annotations

import marshal
import struct
from typing import Any, BinaryIO, List, Mapping, Optional, Tuple

HEADER = struct.Struct(">cII")
LARGEST_FRAME = 1024 * 1024
REQUEST, REPLY, OPEN, OPENED, DATA, END, CLOSE = b"q", b"r", b"o", b"p", b"d", b"e", b"c"
_SINCE_ALWAYS = 2
"""The version of what `marshal` writes that came before Python 3."""
HELLO = 0
"""The stream of the first frame, which only says that the program runs."""


class BrokenFrame(Exception):  # noqa: N818 - reads as what it is
    """What was read is not a frame."""


def read_frame(stream: BinaryIO) -> Optional[Tuple[bytes, int, bytes]]:
    """The next frame as (type, stream id, payload); None at the end of the input. Raises BrokenFrame."""
    header = _read(stream, HEADER.size)
    if header is None:
        return None
    kind, number, length = HEADER.unpack(header)
    if length > LARGEST_FRAME:
        raise BrokenFrame("a frame of %d bytes" % length)
    payload = _read(stream, length)
    if payload is None:
        raise BrokenFrame("the input ended within a frame")
    return kind, number, payload


def frame(kind: bytes, number: int, payload: bytes = b"") -> bytes:
    """The bytes of a frame."""
    return HEADER.pack(kind, number, len(payload)) + payload


def asking(request: Mapping[str, Any]) -> bytes:
    """What is asked for, of plain values and bytes, as every version of Python reads it."""
    return marshal.dumps(dict(request), _SINCE_ALWAYS)


def _read(stream: BinaryIO, length: int) -> Optional[bytes]:
    parts: List[bytes] = []
    while length:
        part = stream.read(length)
        if not part:
            return None
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
