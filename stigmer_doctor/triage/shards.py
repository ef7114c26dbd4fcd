"""The files of a store: how they are written, and how small ones become few.

A shard is written beside and moved into its place, snapshots first, so that a process that is killed leaves whole
shards only; a verdict's shard is the sign that a snapshot is there. Whoever writes holds the store's lock: what lies
about when one gets it is left from a process that was killed. No snapshot is in two shards, but while the file
`merging` is there. Layout: docs/triage.md.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import duckdb

from stigmer_doctor.adapters.files.lock import try_lock
from stigmer_doctor.model.errors import CannotDiagnose
from stigmer_doctor.triage.rows import COLUMNS, FACTS

SHARD = 2000
"""Rows of a shard, the most."""
_SMALL = SHARD // 2
_MOST_SMALL = 8
_SUFFIX = ".parquet"
_BESIDE = ".adding-"
_LONGEST_WAIT_S = 600


class Shards:
    """Those of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.verdicts, self.snapshots = folder / "verdicts", folder / "snapshots"
        self._merging = folder / "merging"
        self._known: set[str] = set()

    def names(self) -> list[str]:
        """A verdict's shard and that of its snapshots have the same."""
        return _names(self.verdicts)

    def merging(self) -> bool:
        """Whether a snapshot may be in two shards of those that were there before this was asked."""
        return self._merging.exists()

    def know(self, names: Iterable[str]) -> None:
        """From now on nothing will be added that those have."""
        self._known.update(names)

    def add(self, lines: Iterable[bytes]) -> None:
        """One shard more, of rows as lines of JSON; without those that another process has added since the others were
        known. Raises CannotDiagnose."""
        with self._writing() as (connection, beside):
            rows = beside / "rows.ndjson"
            rows.write_bytes(b"\n".join(lines))
            types = ", ".join(f"{name}: '{kind}'" for name, kind in (COLUMNS | FACTS).items())
            connection.execute(
                f"CREATE TABLE rows AS SELECT * FROM read_json({literal(rows)}, format = 'newline_delimited', "  # noqa: S608 - names of ours
                f"columns = {{{types}}}, maximum_object_size = 100000000)"
            )
            if others := [name for name in self.names() if name not in self._known]:
                known = f"SELECT snapshot FROM read_parquet({self.files(self.verdicts, others)})"  # noqa: S608 - names of ours
                connection.execute(f"DELETE FROM rows WHERE snapshot IN ({known})")  # noqa: S608 - as above
            self._place(connection, beside)

    def tidy(self) -> None:
        """Merge small shards as long as there are many. Raises CannotDiagnose."""
        while self._merge():
            pass

    def _merge(self) -> bool:
        """Whether some were."""
        with self._writing() as (connection, beside):
            group = self._small(connection)
            if not group:
                return False
            connection.execute(
                "CREATE TABLE rows AS SELECT verdict.*, kept.facts "  # noqa: S608 - names of ours
                f"FROM read_parquet({self.files(self.verdicts, group)}) verdict "
                f"LEFT JOIN read_parquet({self.files(self.snapshots, group)}) kept USING (snapshot)"
            )
            self._place(connection, beside, group)
            return True

    @staticmethod
    def files(folder: Path, names: Iterable[str]) -> str:
        """The files of those shards, as a list in SQL."""
        return "[" + ", ".join(literal(folder / f"{name}{_SUFFIX}") for name in names) + "]"

    def _small(self, connection: duckdb.DuckDBPyConnection) -> list[str]:
        """Those that are to be one, if there are many small ones."""
        names = self.names()
        if len(names) < _MOST_SMALL:
            return []
        found = connection.execute(
            f"SELECT file_name, num_rows FROM parquet_file_metadata({self.files(self.verdicts, names)}) "  # noqa: S608 - names of ours
            f"WHERE num_rows < {_SMALL} ORDER BY num_rows, file_name"
        ).fetchall()
        group, rows = [], 0
        for file, number in found if len(found) >= _MOST_SMALL else ():
            rows += number
            if rows <= SHARD:
                group.append(Path(file).stem)
        return group

    def _place(self, connection: duckdb.DuckDBPyConnection, beside: Path, old: Sequence[str] = ()) -> None:
        """Write the table `rows` as a shard. The old ones go when it is there, so that no row ever is missing."""
        hashes = [row[0] for row in connection.execute("SELECT snapshot FROM rows ORDER BY snapshot").fetchall()]
        if not hashes:
            return
        name = hashlib.sha256("".join(hashes).encode()).hexdigest()[:32]
        if old:
            names = beside / "names"
            names.write_text("\n".join((name, *old)))
            names.replace(self._merging)
        for columns, folder in ((FACTS, self.snapshots), (COLUMNS, self.verdicts)):
            shard = beside / "shard"
            connection.execute(
                f"COPY (SELECT {', '.join(columns)} FROM rows ORDER BY snapshot) TO {literal(shard)} "  # noqa: S608 - names of ours
                "(FORMAT parquet, COMPRESSION zstd)"
            )
            shard.replace(folder / f"{name}{_SUFFIX}")
        self.know([name])
        self._finish()

    def _finish(self) -> None:
        """Remove the shards that a merge has made one of, if that is there."""
        if not self._merging.exists():
            return
        name, *old = self._merging.read_text().split()
        if name in self.names():
            for other in {*old} & {*self.names()}:
                for folder in (self.verdicts, self.snapshots):
                    (folder / f"{other}{_SUFFIX}").unlink(missing_ok=True)
        self._merging.unlink()

    @contextlib.contextmanager
    def _writing(self) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
        """A database in memory and a folder beside the shards, for who holds the lock."""
        try:
            for folder in (self.verdicts, self.snapshots):
                folder.mkdir(parents=True, exist_ok=True)
            with _locked(self._folder / "writing.lock"):
                self._sweep_up()
                with (
                    tempfile.TemporaryDirectory(dir=self._folder, prefix=_BESIDE) as beside,
                    duckdb.connect() as connection,
                ):
                    yield connection, Path(beside)
        except (duckdb.Error, OSError) as error:  # the disk is full, for one
            raise CannotDiagnose(f"the store {self._folder} cannot be written: {first_line(error)}") from error

    def _sweep_up(self) -> None:
        """What a killed process left: a merge or a folder that is not finished, snapshots without verdicts."""
        self._finish()
        for folder in self._folder.glob(f"{_BESIDE}*"):
            shutil.rmtree(folder, ignore_errors=True)
        for name in {*_names(self.snapshots)} - {*self.names()}:
            (self.snapshots / f"{name}{_SUFFIX}").unlink(missing_ok=True)


@contextlib.contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Raises CannotDiagnose where another process has the lock for long."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        until = time.monotonic() + _LONGEST_WAIT_S
        while not try_lock(handle):
            if time.monotonic() > until:
                raise CannotDiagnose(f"another process has been writing to the store {file.parent} for minutes")
            time.sleep(0.05)
        yield
    finally:
        os.close(handle)


def _names(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob(f"*{_SUFFIX}"))


def literal(path: Path) -> str:
    """The path as a text in SQL."""
    return "'" + str(path).replace("'", "''") + "'"


def first_line(error: Exception) -> str:
    """What DuckDB or the system says, at a length that a message has room for, and without the statement."""
    text = getattr(error, "strerror", None) or str(error).partition("\n")[0]
    return " ".join(text.split())[:400]
