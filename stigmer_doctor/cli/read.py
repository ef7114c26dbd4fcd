"""Reads a file that the user named."""

from __future__ import annotations

import sys

from stigmer_doctor.model.errors import CannotDiagnose

_LARGEST = 64 * 1024 * 1024


def read(file: str) -> bytes:
    """The file's bytes; "-" is standard input. Raises CannotDiagnose when it cannot be read or is over 64 MiB."""
    try:
        if file == "-":
            data = sys.stdin.buffer.read(_LARGEST + 1)
        else:
            with open(file, "rb") as stream:  # noqa: PTH123 - a Path takes 1 ms to load
                data = stream.read(_LARGEST + 1)
    except OSError as error:
        raise CannotDiagnose(f"cannot read {file}: {error.strerror or error}") from error
    if len(data) > _LARGEST:
        raise CannotDiagnose(f"{file} is larger than 64 MiB, which no snapshot is")
    return data
