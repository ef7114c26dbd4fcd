"""Large answers of the engine, of which little is kept: logs and folders of a container's file system."""

from __future__ import annotations

import struct
import tarfile
import time
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from stigmer_doctor.adapters.docker.tar_stream import Chunks
from stigmer_doctor.model.errors import Refused

_HEADER = struct.Struct(">BxxxL")
_MOST_FILES = 5000
_END = 2 * tarfile.BLOCKSIZE
_MOST_STREAMED = 2 * 1024**3
_SKIPPED = frozenset({".venv", "site-packages", "node_modules"})


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


def until(chunks: Iterable[bytes], seconds: float) -> Iterator[bytes]:
    """The chunks, for so long as a whole. Raises TimeoutError."""
    ends = time.monotonic() + seconds
    for chunk in chunks:
        if time.monotonic() > ends:
            raise TimeoutError
        yield chunk


def regular_files(chunks: Iterable[bytes], suffix: str, max_bytes: int) -> dict[str, bytes]:
    """The regular files of a tar stream of one folder, by path relative to it; other people's packages are skipped.

    Raises Refused when there is more than `max_bytes` or very many files, and when the stream ends in their midst (the
    container was removed): a part of the code would be misread as the whole. Nothing is written anywhere.
    """
    try:
        return _regular_files(chunks, suffix, max_bytes)
    except tarfile.TarError as error:
        raise Refused(f"the folder's archive could not be read: {error}") from error


def _regular_files(chunks: Iterable[bytes], suffix: str, max_bytes: int) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    left = max_bytes
    end = bytearray()
    stream = _bounded(chunks, end)
    with tarfile.open(fileobj=Chunks(stream), mode="r|") as archive:
        for member in archive:
            archive.members.clear()  # type: ignore[attr-defined] # it would keep a record of every file
            path = PurePosixPath(*PurePosixPath(member.name).parts[1:])
            if not member.isreg() or path.suffix != suffix or _SKIPPED.intersection(path.parts):
                continue
            left -= member.size
            if left < 0 or len(found) >= _MOST_FILES:
                raise Refused(f"the folder holds more code than the doctor reads ({max_bytes} bytes)")
            content = archive.extractfile(member)
            found[str(path)] = content.read() if content else b""
    # One that is cut off before a file's header would pass for one that ends there.
    for _ in stream:
        pass
    if any(end):
        raise tarfile.ReadError("it ends in its midst")
    return found


def _bounded(chunks: Iterable[bytes], end: bytearray) -> Iterator[bytes]:
    """The chunks; `end` is their last bytes, which are zero where an archive is complete."""
    left = _MOST_STREAMED
    for chunk in chunks:
        left -= len(chunk)
        if left < 0:
            raise Refused("the folder is too large to be read through")
        end += chunk[-_END:]
        del end[:-_END]
        yield chunk
