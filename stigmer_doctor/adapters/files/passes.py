"""The last check of each container that passed: its snapshot, readable by its user only, to be compared with later."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path

from stigmer_doctor.adapters.files.atomic import replace_file
from stigmer_doctor.adapters.files.regular import read_regular
from stigmer_doctor.adapters.files.state import file_name, state_folder

MOST_BYTES = 4 * 1024 * 1024
"""Of one snapshot. One with many hundred variables and log lines has a tenth of that."""


class KeptPasses:
    """A file for each container's name: there are never more of them than names that were checked."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._folder = state_folder(environ) / "passes"

    def save(self, container: str, snapshot: bytes) -> None:
        """Keep it in the place of the one that was kept. What is too large or cannot be written (a full disk, a
        read-only home) is not kept, and nothing is said: a check has done its work by then."""
        if len(snapshot) > MOST_BYTES:
            return
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            replace_file(self._file(container), snapshot, 0o600, durable=False)

    def load(self, container: str) -> bytes | None:
        """What was kept; None where nothing was, or where it cannot be read."""
        try:
            return read_regular(self._file(container), MOST_BYTES, follow=False)
        except OSError:
            return None

    def _file(self, container: str) -> Path:
        return self._folder / f"{file_name(container)}.json"
