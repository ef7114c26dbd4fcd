"""The last check of each container that passed: its snapshot, readable by its user only, to be compared with later."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from stigmer_doctor.adapters.files.private import OpenFolder, open_folder
from stigmer_doctor.adapters.files.state import file_name, state_folder
from stigmer_doctor.model.errors import DoctorError

_PASSES = "passes"
MOST_BYTES = 4 * 1024 * 1024
"""Of one snapshot. One with many hundred variables and log lines has a tenth of that."""


class KeptPasses:
    """A file for each container's name: there are never more of them than names that were checked."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def save(self, container: str, snapshot: bytes) -> None:
        """Keep it in the place of the one that was kept. What is too large or cannot be written (a full disk, no
        home) is not kept, and nothing is said: a check has done its work by then."""
        if len(snapshot) > MOST_BYTES:
            return
        with contextlib.suppress(OSError, DoctorError):
            state = state_folder(self._environ)
            with open_folder(state, make=True), open_folder(state / _PASSES, make=True) as folder:
                folder.write(_file(container), snapshot, durable=False)

    def load(self, container: str) -> bytes | None:
        """What was kept; None where nothing was, or where it cannot be read. Raises DoctorError where the folder is not
        ours alone."""
        try:
            path = state_folder(self._environ) / _PASSES
        except DoctorError:
            return None
        try:
            with open_folder(path) as folder:
                return _read(folder, container)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise DoctorError(f"the state folder {path} cannot be used: {error.strerror or error}") from error


def _read(folder: OpenFolder, container: str) -> bytes | None:
    try:
        return folder.read(_file(container), MOST_BYTES)
    except OSError:
        return None


def _file(container: str) -> str:
    return f"{file_name(container)}.json"
