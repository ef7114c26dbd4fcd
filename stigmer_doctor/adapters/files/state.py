"""What the doctor keeps between runs: journals of fixes, readable by their user only, and a lock for each container."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from stigmer_doctor.adapters.files.atomic import replace_file
from stigmer_doctor.adapters.files.regular import expanded, read_whole
from stigmer_doctor.model.errors import DoctorError
from stigmer_doctor.model.fixes import Journal

_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]")
_LONGEST_NAME = 128


class StateFolder:
    """The folder of the journals."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.folder = state_folder(environ)

    def save(self, journal: Journal) -> None:
        """Replace the journal's file; it is on the disk when this returns."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_file(self.folder / f"{journal.id}.json", msgspec.json.encode(journal), 0o600)

    def journals(self) -> list[Journal]:
        """All journals, the oldest first; files that are none are left alone."""
        found = []
        for path in self.folder.glob("*.json"):
            with contextlib.suppress(Exception):  # whatever is in the file
                found.append((path.stat().st_mtime_ns, msgspec.json.decode(path.read_bytes(), type=Journal)))
        # Two fixes may have been begun in the same second.
        return [journal for _, journal in sorted(found, key=lambda journal: (journal[1].at, journal[0]))]

    def forget(self, journal: Journal) -> None:
        (self.folder / f"{journal.id}.json").unlink(missing_ok=True)

    @contextlib.contextmanager
    def locked(self, container: str) -> Iterator[None]:
        """One fix at a time for each container. Raises DoctorError with the process that holds the lock; a lock is
        gone with its process."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / f"{file_name(container)}.lock"
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if not _lock(handle):
                holder = os.read(handle, 32).decode("ascii", "replace").strip() or "another process"
                raise DoctorError(f"another fix of {container} is running (process {holder}): wait for it to end")
            os.ftruncate(handle, 0)
            os.write(handle, str(os.getpid()).encode())
            yield
        finally:
            os.close(handle)


class LocalFiles:
    """Implements Files."""

    def read(self, path: str) -> bytes:
        try:
            return read_whole(expanded(path))
        except OSError as error:
            raise DoctorError(f"cannot read {path}: {error.strerror or error}") from error

    def write(self, path: str, data: bytes) -> None:
        try:
            target = expanded(path).resolve()
            known = target.stat() if target.exists() else None
            _replaceable(known)
            replace_file(target, data, known.st_mode & 0o7777 if known else 0o644)
            if known and sys.platform != "win32" and (known.st_uid, known.st_gid) != (os.getuid(), os.getgid()):
                os.chown(target, known.st_uid, known.st_gid)
        except OSError as error:
            raise DoctorError(f"cannot write {path}: {error.strerror or error}") from error


def _replaceable(known: os.stat_result | None) -> None:
    """Raises OSError for a file that its owner protects, and for one whose other names would keep the old text."""
    if known and not known.st_mode & 0o222:
        raise OSError(0, "it is read-only")
    if known and known.st_nlink > 1:
        raise OSError(0, "it has other names (hard links), which would keep the old text")


def file_name(container: str) -> str:
    """What a file about the container of that name is called, without its suffix."""
    return _UNSAFE.sub("_", container)[:_LONGEST_NAME]


def state_folder(environ: Mapping[str, str]) -> Path:
    """Where the doctor keeps what is kept between runs."""
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or Path.home())
    if sys.platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "stigmer-doctor"
    return Path(environ.get("XDG_STATE_HOME") or home / ".local" / "state") / "stigmer-doctor"


def _lock(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
