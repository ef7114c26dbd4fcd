"""Snapshots from files, folders and archives, one at a time. Nothing is unpacked to the disk, no link is followed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from stigmer_doctor.adapters.files.regular import read_whole
from stigmer_doctor.triage import archives
from stigmer_doctor.triage.archives import ReadSnapshot


def snapshots(paths: list[Path]) -> Iterator[ReadSnapshot]:
    """Those of files, of folders with all below them, and of archives. What is not called like a snapshot or an archive
    in a folder is passed over; a file that was named is read whatever its name."""
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            for file in sorted(path.rglob("*")):
                if (
                    file.name.lower().endswith(archives.ENDINGS + archives.SNAPSHOTS)
                    and file.is_file()
                    and not file.is_symlink()
                ):
                    yield from _of_file(file)
        else:
            yield from _of_file(path)


def _of_file(file: Path) -> Iterator[ReadSnapshot]:
    try:
        if not file.name.lower().endswith(archives.ENDINGS):
            yield archives.unpacked(str(file), read_whole(file))
        else:
            yield from archives.members(file)
    except Exception as error:  # noqa: BLE001 - whatever is in an archive, it costs itself alone
        yield ReadSnapshot(str(file), problem=archives.why(error))
