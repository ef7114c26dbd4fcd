"""Snapshots in archives that somebody else made: read one at a time, in bounded memory, and nothing put on the disk."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple, cast

from stigmer_doctor.adapters.files.regular import open_regular

MOST_BYTES = 16 * 1024 * 1024
"""Of one snapshot, unpacked, and of what is read of an archive at once."""
MOST_UNPACKED = 8 * 1024**3
"""Of one archive."""
MOST_MEMBERS = 200_000
"""Of one archive."""
ENDINGS = (".tar", ".tar.gz", ".tgz", ".zip")
SNAPSHOTS = (".json", ".json.gz")
_GZ = (".gz", ".tgz")
# Unpackers of the other methods take as much memory as the archive says.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_CHUNK = 1024 * 1024


class ReadSnapshot(NamedTuple):
    """A snapshot's bytes, or why it cannot be read; `name` is where it was found, `digest` the bytes' SHA-256 where
    that is known already."""

    name: str
    data: bytes = b""
    problem: str = ""
    digest: str = ""


class _TooMuchError(ValueError):
    """Says what there is more of than is read."""


def members(file: Path) -> Iterator[ReadSnapshot]:
    """What is called like a snapshot in the archive, whatever folder it would be put into. Raises an error of whichever
    library where it cannot be read, or has too much."""
    with open_regular(file) as stream:
        if file.name.lower().endswith(".zip"):
            yield from _of_zip(file, stream)
        elif file.name.lower().endswith(_GZ):
            with gzip.open(stream) as plain:
                yield from _of_tar(file, cast("IO[bytes]", plain))
        else:
            yield from _of_tar(file, stream)


def unpacked(name: str, data: bytes) -> ReadSnapshot:
    """What was read under that name."""
    if name.lower().endswith(_GZ):
        with gzip.open(io.BytesIO(data)) as stream:
            return ReadSnapshot(name, _limited(cast("IO[bytes]", stream)))
    return ReadSnapshot(name, data)


def why(error: Exception) -> str:
    """Why something cannot be read, on a line."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(text.split())[:300]


def _of_tar(file: Path, stream: IO[bytes]) -> Iterator[ReadSnapshot]:
    size = 0
    with tarfile.open(fileobj=cast("IO[bytes]", _Guarded(stream)), mode="r:") as archive:
        for number, member in enumerate(archive):
            size += member.size  # of what is passed over as well: it is unpacked for that
            _bound(number, size)
            if member.isfile() and member.name.lower().endswith(SNAPSHOTS) and (content := archive.extractfile(member)):
                yield _member(f"{file}:{member.name}", content)
            archive.members.clear()  # type: ignore[attr-defined] # it would keep all of them


def _of_zip(file: Path, stream: IO[bytes]) -> Iterator[ReadSnapshot]:
    size = 0
    with zipfile.ZipFile(cast("IO[bytes]", _Guarded(stream))) as archive:
        for number, member in enumerate(archive.infolist()):
            _bound(number, size)
            if not member.filename.lower().endswith(SNAPSHOTS):
                continue
            name = f"{file}:{member.filename}"
            if member.compress_type not in _METHODS:
                yield ReadSnapshot(name, problem="it is compressed in a way that is not read: use deflate")
                continue
            try:
                with archive.open(member) as content:
                    found = _member(name, content)
            except Exception as error:  # noqa: BLE001 - a member that cannot be opened costs itself alone
                found = ReadSnapshot(name, problem=why(error))
            size += len(found.data) or min(member.file_size, MOST_BYTES)
            yield found


def _bound(number: int, size: int) -> None:
    if number >= MOST_MEMBERS:
        raise _TooMuchError(f"it has more than {MOST_MEMBERS} members: the others are left out")
    if size > MOST_UNPACKED:
        raise _TooMuchError(f"it has more than {MOST_UNPACKED // 1024**3} GiB, unpacked: the rest is left out")


def _member(name: str, stream: IO[bytes]) -> ReadSnapshot:
    try:
        return unpacked(name, _limited(stream))
    except Exception as error:  # noqa: BLE001 - whatever is in a member, it costs itself alone
        return ReadSnapshot(name, problem=why(error))


class _Guarded:
    """A file of which not more is read at once than a snapshot has: headers of archives say how long they are."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.seek, self.tell, self.seekable = stream.seek, stream.tell, stream.seekable

    def read(self, size: int = -1) -> bytes:
        """Raises ValueError where there is more than that."""
        data = self._stream.read(size if 0 <= size <= MOST_BYTES else MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise _TooMuchError(f"a part of it is larger than {MOST_BYTES // _CHUNK} MiB")
        return data


def _limited(stream: IO[bytes]) -> bytes:
    """All of it; raises ValueError for more than a snapshot has."""
    data = bytearray()
    while chunk := stream.read(_CHUNK):
        data += chunk
        if len(data) > MOST_BYTES:
            raise _TooMuchError(f"it is larger than {MOST_BYTES // _CHUNK} MiB")
    return bytes(data)
