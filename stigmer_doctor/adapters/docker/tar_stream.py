"""Folders of a container's file system, which come as an archive in chunks: little of it is kept."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from stigmer_doctor.model.errors import Refused

_MOST_FILES = 5000
_END = 2 * tarfile.BLOCKSIZE
_MOST_STREAMED = 2 * 1024**3
_SKIPPED = frozenset({".venv", "site-packages", "node_modules"})


class _Chunks(io.RawIOBase):
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
    with tarfile.open(fileobj=_Chunks(stream), mode="r|") as archive:
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
