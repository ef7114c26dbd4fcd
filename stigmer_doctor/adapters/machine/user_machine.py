"""The machine that the doctor runs on: what listens, what can be dialled, what the daemon wrote down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from stigmer_doctor.adapters.files.regular import read_regular
from stigmer_doctor.adapters.machine.beacons import beacons
from stigmer_doctor.adapters.probe.container_probe import reach_of
from stigmer_doctor.model.facts import DataDir, Listener, Reach, UserSystem, Vantage
from stigmer_doctor.model.ports import Beacon
from stigmer_doctor.probe import dial

_LONGEST_ID = 4096


class LocalMachine:
    """Implements UserMachine."""

    def listeners(self, ports: Iterable[int]) -> tuple[Listener, ...] | None:
        """Listening TCP sockets on these ports; None where the system does not let this user list them."""
        from stigmer_doctor.adapters.machine.listeners import listening

        return listening(ports)

    def reach(self, targets: Iterable[tuple[str, int]], timeout: float) -> Reach:
        """The same code as inside the container, so that both vantages mean the same by their outcomes."""
        return reach_of(dial.reach(targets, timeout), Vantage.USER)

    def beacons(self, addresses: Iterable[str]) -> AbstractContextManager[tuple[Beacon, ...]]:
        return beacons(addresses)

    def system(self) -> UserSystem:
        from stigmer_doctor.adapters.machine.system import user_system

        return user_system()

    def data_dir(self, path: str, id_files: Sequence[str]) -> DataDir:
        """The id that whoever started the container wrote down: the file that was written last counts. An unreadable
        file is an `error`, a missing one None."""
        try:
            folder = Path(path).expanduser()
            id_file = max(id_files, key=lambda other: _written_at(folder / other))
        except RuntimeError as error:
            return DataDir(path=path, id_file=id_files[0], error=str(error))
        file = folder / id_file
        try:
            text = read_regular(file, _LONGEST_ID).decode("ascii", "replace").strip()
        except FileNotFoundError:
            return DataDir(path=path, id_file=id_file)
        except OSError as error:
            return DataDir(path=path, id_file=id_file, error=getattr(error, "strerror", None) or str(error))
        return DataDir(path=path, id_file=id_file, recorded_id=text)


def _written_at(file: Path) -> float:
    """Seconds; the first of several that are missing is as good as any."""
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
