"""Small files of the user's that a fix reads and writes."""

from __future__ import annotations

import os
from pathlib import Path

from stigmer_doctor.adapters.files.atomic import replace_file
from stigmer_doctor.adapters.files.attributes import carry_over
from stigmer_doctor.adapters.files.regular import expanded, open_regular, read_whole
from stigmer_doctor.model.errors import DoctorError

_NEW = 0o644


class LocalFiles:
    """Implements Files."""

    def read(self, path: str) -> bytes:
        try:
            return read_whole(expanded(path))
        except (OSError, ValueError) as error:
            raise DoctorError(f"cannot read {path}: {_why(error)}") from error

    def write(self, path: str, data: bytes) -> None:
        try:
            target = expanded(path).resolve()
            if target.exists():
                _replace(target, data)
            else:
                replace_file(target, data, _NEW)
        except (OSError, ValueError, RuntimeError) as error:
            raise DoctorError(f"cannot write {path}: {_why(error)}") from error


def _replace(target: Path, data: bytes) -> None:
    with open_regular(target, check=_replaceable) as old:
        mode = os.fstat(old.fileno()).st_mode & 0o7777
        replace_file(target, data, mode, prepare=lambda new: carry_over(old.fileno(), new))


def _replaceable(known: os.stat_result) -> None:
    """Raises OSError for a file that its owner protects, and for one whose other names would keep the old text."""
    if not known.st_mode & 0o222:
        raise OSError(0, "it is read-only")
    if known.st_nlink > 1:
        raise OSError(0, "it has other names (hard links), which would keep the old text")


def _why(error: Exception) -> str:
    """A path with a NUL character is a ValueError, a link that leads to itself a RuntimeError."""
    return getattr(error, "strerror", None) or str(error)
