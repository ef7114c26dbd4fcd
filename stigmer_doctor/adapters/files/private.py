"""A folder of ours, that nobody else may write to: no link leads into it or out of it.

The folder is opened once, and its files are opened from there where the system can do that (`dir_fd`): what somebody
puts in the place of a name meanwhile changes nothing. Elsewhere, on Windows, names are looked at before they are used.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from stigmer_doctor.adapters.files.atomic import replace_file
from stigmer_doctor.adapters.files.regular import read_regular

_FOLDER, _FILE = 0o700, 0o600
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


class OpenFolder(msgspec.Struct, frozen=True):
    """The folder while it is open. Names are those of files in it; every method raises OSError."""

    path: Path
    handle: int | None

    def names(self) -> list[str]:
        return os.listdir(self.path if self.handle is None else self.handle)  # noqa: PTH208 - pathlib knows no open folder

    def changed(self, name: str) -> int:
        """When the file was written last, in nanoseconds."""
        return os.stat(self._at(name), dir_fd=self.handle, follow_symlinks=False).st_mtime_ns

    def read(self, name: str, most: int) -> bytes:
        """The file's first bytes. Raises PermissionError where it is somebody else's."""
        return read_regular(self._at(name), most, follow=False, folder=self.handle, check=refuse_foreign)

    def write(self, name: str, data: bytes, *, durable: bool = True) -> None:
        """Replace the file; where it is `durable`, it is on the disk when this returns."""
        replace_file(self._at(name), data, _FILE, folder=self.handle, durable=durable)

    def remove(self, name: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._at(name), dir_fd=self.handle)

    def lock_file(self, name: str) -> int:
        """A descriptor of the file, to read and write; made where there is none."""
        handle = os.open(self._at(name), os.O_RDWR | os.O_CREAT | _NO_LINK, _FILE, dir_fd=self.handle)
        try:
            refuse_foreign(os.fstat(handle))
        except OSError:
            os.close(handle)
            raise
        return handle

    def _at(self, name: str) -> Path:
        return self.path / name if self.handle is None else Path(name)


@contextlib.contextmanager
def open_folder(path: Path, *, make: bool = False) -> Iterator[OpenFolder]:
    """The folder; made with those above it where it may. Raises OSError where there is none, where it is a link or
    another user's, and where others may write to it."""
    if make:
        path.mkdir(parents=True, exist_ok=True, mode=_FOLDER)
    if not stat.S_ISDIR(path.lstat().st_mode):
        raise NotADirectoryError(0, "it is a link, or no folder", str(path))
    if sys.platform == "win32":
        yield OpenFolder(path, None)
        return
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _NO_LINK)
    try:
        known = os.fstat(handle)
        refuse_foreign(known)
        if stat.S_IMODE(known.st_mode) != _FOLDER:  # ours, and others could look into it
            os.fchmod(handle, _FOLDER)
        yield OpenFolder(path, handle)
    finally:
        os.close(handle)


def refuse_foreign(known: os.stat_result) -> None:
    """Raises PermissionError where somebody else may have written what it holds. Windows' rights are not looked at."""
    if sys.platform == "win32":
        return
    if known.st_uid != os.geteuid():
        raise PermissionError(0, f"it belongs to another user (uid {known.st_uid})")
    if known.st_mode & 0o022:
        raise PermissionError(0, f"others may write to it (mode {stat.S_IMODE(known.st_mode):04o})")
