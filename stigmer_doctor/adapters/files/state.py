"""What the doctor keeps between runs: journals of fixes, readable by their user only, and a lock for each container."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from stigmer_doctor.adapters.files.lock import try_lock
from stigmer_doctor.adapters.files.private import OpenFolder, open_folder
from stigmer_doctor.adapters.files.regular import MOST_BYTES
from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.errors import DoctorError
from stigmer_doctor.model.fixes import Journal

_UNSAFE = compiled_later(r"[^A-Za-z0-9_.-]")
_ID = compiled_later(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_SUFFIX = ".json"
_LONGEST_NAME = 100


class StateFolder:
    """The folder of the journals. Everything raises DoctorError where it, or a file in it, is not ours alone."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.folder = state_folder(environ)

    def save(self, journal: Journal) -> None:
        """Replace the journal's file; it is on the disk when this returns."""
        with self._opened(make=True) as folder:
            folder.write(_file(journal.id), msgspec.json.encode(journal))

    def journals(self) -> list[Journal]:
        """All journals, the oldest first."""
        found = [(journal.at, changed, journal) for changed, journal in self._read() if isinstance(journal, Journal)]
        # Two fixes may have been begun in the same second.
        return [journal for *_, journal in sorted(found, key=lambda known: known[:2])]

    def unreadable(self) -> list[str]:
        """A line for each journal that cannot be read: which one, and why."""
        return [line for _, line in self._read() if isinstance(line, str)]

    def forget(self, journal: Journal) -> None:
        with self._opened() as folder:
            folder.remove(_file(journal.id))

    @contextlib.contextmanager
    def locked(self, container: str) -> Iterator[None]:
        """One fix at a time for each container. Raises DoctorError with the process that holds the lock; a lock is
        gone with its process."""
        with self._opened(make=True) as folder:
            handle = folder.lock_file(f"{file_name(container)}.lock")
        try:
            if not try_lock(handle):
                holder = os.read(handle, 32).decode("ascii", "replace").strip() or "another process"
                raise DoctorError(f"another fix of {container} is running (process {holder}): wait for it to end")
            with contextlib.suppress(OSError):  # on a full disk, nobody learns which process it is
                os.ftruncate(handle, 0)
                os.write(handle, str(os.getpid()).encode())
            yield
        finally:
            os.close(handle)

    def _read(self) -> list[tuple[int, Journal | str]]:
        """Each journal with when it was written, or why it cannot be read."""
        if not os.path.lexists(self.folder):
            return []
        with self._opened() as folder:
            names = sorted(name for name in folder.names() if name.endswith(_SUFFIX) and not name.startswith("."))
            return [(folder.changed(name), self._journal(folder, name)) for name in names]

    def _journal(self, folder: OpenFolder, name: str) -> Journal | str:
        try:
            journal = msgspec.json.decode(folder.read(name, MOST_BYTES), type=Journal)
            if _file(journal.id) != name:
                raise DoctorError("it is called otherwise than the journal in it")  # noqa: TRY301 - as the rest
        except (OSError, ValueError, RecursionError, DoctorError) as error:
            why = getattr(error, "strerror", None) or str(error)
            return (
                f"The journal {self.folder / name} cannot be read ({why}): what it says of a fix is not known. Move it "
                "away once nothing is left of that fix."
            )
        return journal

    @contextlib.contextmanager
    def _opened(self, *, make: bool = False) -> Iterator[OpenFolder]:
        try:
            with open_folder(self.folder, make=make) as folder:
                yield folder
        except OSError as error:
            why = error.strerror or error
            raise DoctorError(f"the state folder {self.folder} cannot be used: {why}") from error


def _file(journal_id: str) -> str:
    """The name of the journal's file. Raises DoctorError for an id that is none of ours: it would lead elsewhere."""
    if not _ID.fullmatch(journal_id):
        raise DoctorError(f"{journal_id[:_LONGEST_NAME]!r} is not the id of a fix")
    return f"{journal_id}{_SUFFIX}"


def file_name(container: str) -> str:
    """What a file about the container of that name is called, without its suffix."""
    return _UNSAFE.sub("_", container)[:_LONGEST_NAME]


def state_folder(environ: Mapping[str, str]) -> Path:
    """Where the system keeps what a program notes for itself. A relative XDG_STATE_HOME counts for nothing, as its
    specification has it: it would be another folder in each working directory."""
    try:
        home = Path(environ.get("HOME") or environ.get("USERPROFILE") or Path.home())
    except RuntimeError as error:
        raise DoctorError("there is no home folder to keep journals in: set HOME or XDG_STATE_HOME") from error
    if sys.platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "stigmer-doctor"
    named = Path(environ.get("XDG_STATE_HOME") or "")
    return (named if named.is_absolute() else home / ".local" / "state") / "stigmer-doctor"
