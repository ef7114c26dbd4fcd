"""Snapshots from files, folders and archives, one at a time. Nothing is unpacked to the disk, no link is followed."""

from __future__ import annotations

import gzip
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple, cast

from stigmer_doctor.adapters.files.regular import read_whole

MOST_BYTES = 16 * 1024 * 1024
"""Of one snapshot, unpacked."""
MOST_MEMBERS = 200_000
"""Of one archive."""
_ARCHIVES = (".tar", ".tar.gz", ".tgz", ".zip")
_SNAPSHOTS = (".json", ".json.gz")
_CHUNK = 1024 * 1024


class ReadSnapshot(NamedTuple):
    """A snapshot's bytes, or why it cannot be read; `name` is where it was found."""

    name: str
    data: bytes = b""
    problem: str = ""


def snapshots(paths: list[Path]) -> Iterator[ReadSnapshot]:
    """Those of files, of folders with all below them, and of archives. What is not called like a snapshot or an archive
    in a folder is passed over; a file that was named is read whatever its name."""
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            for file in sorted(path.rglob("*")):
                if file.name.lower().endswith(_ARCHIVES + _SNAPSHOTS) and file.is_file() and not file.is_symlink():
                    yield from _of_file(file)
        else:
            yield from _of_file(path)


def _of_file(file: Path) -> Iterator[ReadSnapshot]:
    try:
        if not file.name.lower().endswith(_ARCHIVES):
            data = read_whole(file)
            yield ReadSnapshot(str(file), _gunzipped(data) if file.name.lower().endswith(".gz") else data)
        elif file.name.lower().endswith(".zip"):
            yield from _of_zip(file)
        else:
            yield from _of_tar(file)
    except Exception as error:  # noqa: BLE001 - whatever is in an archive, it costs itself alone
        yield ReadSnapshot(str(file), problem=_why(error))


def _of_tar(file: Path) -> Iterator[ReadSnapshot]:
    with tarfile.open(file, "r:*") as archive:
        for number, member in enumerate(archive):
            if number >= MOST_MEMBERS:
                yield ReadSnapshot(
                    str(file), problem=f"it has more than {MOST_MEMBERS} members: the others are left out"
                )
                return
            if member.isfile() and member.name.lower().endswith(_SNAPSHOTS):
                stream = archive.extractfile(member)
                if stream:
                    yield _member(f"{file}:{member.name}", stream)


def _of_zip(file: Path) -> Iterator[ReadSnapshot]:
    with zipfile.ZipFile(file) as archive:
        for number, member in enumerate(archive.infolist()):
            if number >= MOST_MEMBERS:
                yield ReadSnapshot(
                    str(file), problem=f"it has more than {MOST_MEMBERS} members: the others are left out"
                )
                return
            if member.filename.lower().endswith(_SNAPSHOTS):
                with archive.open(member) as stream:
                    yield _member(f"{file}:{member.filename}", stream)


def _member(name: str, stream: IO[bytes]) -> ReadSnapshot:
    try:
        data = _limited(stream)
        return ReadSnapshot(name, _gunzipped(data) if name.lower().endswith(".gz") else data)
    except Exception as error:  # noqa: BLE001 - as above
        return ReadSnapshot(name, problem=_why(error))


def _gunzipped(data: bytes) -> bytes:
    import io

    with gzip.open(io.BytesIO(data)) as stream:
        return _limited(cast("IO[bytes]", stream))


def _limited(stream: IO[bytes]) -> bytes:
    """All of it; raises ValueError for more than a snapshot has."""
    data = bytearray()
    while chunk := stream.read(_CHUNK):
        data += chunk
        if len(data) > MOST_BYTES:
            raise ValueError(f"it is larger than {MOST_BYTES // _CHUNK} MiB")
    return bytes(data)


def _why(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(text.split())[:300]
