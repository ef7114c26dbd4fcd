"""The files of a store: how they are written, and how small ones become few.

A shard is written beside and moved into its place, snapshots first, so that a process that is killed leaves whole
shards only; a verdict's shard is the sign that a snapshot is there. Whoever writes holds the store's lock: what lies
about when one gets it is left from a process that was killed. Layout: docs/triage.md.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
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

    def names(self) -> list[str]:
        """A verdict's shard and that of its snapshots have the same."""
        return _names(self.verdicts)

    def add(self, lines: Iterable[bytes]) -> None:
        """One shard more, of rows as lines of JSON. Raises OSError and CannotDiagnose."""
        with self._writing() as (connection, beside):
            rows = beside / "rows.ndjson"
            rows.write_bytes(b"\n".join(lines))
            types = ", ".join(f"{name}: '{kind}'" for name, kind in (COLUMNS | FACTS).items())
            connection.execute(
                f"CREATE TABLE rows AS SELECT * FROM read_json({literal(rows)}, format = 'newline_delimited', "  # noqa: S608 - names of ours
                f"columns = {{{types}}}, maximum_object_size = 100000000)"
            )
            self._place(connection, beside)

    def tidy(self) -> None:
        """Merge small shards as long as there are many. Raises OSError and CannotDiagnose."""
        while self._merge():
            pass

    def _merge(self) -> bool:
        """Whether some were: first the new shard is there, then the old ones go, so that no row ever is missing."""
        with self._writing() as (connection, beside):
            group = self._small(connection)
            if not group:
                return False
            connection.execute(self._without_doubles(group))
            name = self._place(connection, beside)
            for folder in (self.verdicts, self.snapshots):
                for old in group:
                    if old != name:
                        (folder / f"{old}{_SUFFIX}").unlink(missing_ok=True)
            return True

    def _small(self, connection: duckdb.DuckDBPyConnection) -> list[str]:
        """Those that are to be one, if there are many small ones."""
        names = self.names()
        if len(names) < _MOST_SMALL:
            return []
        found = connection.execute(
            f"SELECT file_name, num_rows FROM parquet_file_metadata({_files(self.verdicts, names)}) "  # noqa: S608 - names of ours
            f"WHERE num_rows < {_SMALL} ORDER BY num_rows, file_name"
        ).fetchall()
        group, rows = [], 0
        for file, number in found if len(found) >= _MOST_SMALL else ():
            rows += number
            if rows <= SHARD:
                group.append(Path(file).stem)
        return group

    def _without_doubles(self, group: list[str]) -> str:
        """The query that makes a table of the group's rows. Of a snapshot that was added twice the first row counts,
        wherever it is."""
        others = [name for name in self.names() if name not in group]
        elsewhere = (
            "WHERE NOT EXISTS (SELECT 1 FROM "  # noqa: S608 - names of ours
            f"read_parquet({_files(self.verdicts, others)}) other "
            "WHERE other.snapshot = verdict.snapshot AND other.added <= verdict.added)"
            if others
            else ""
        )
        return (
            "CREATE TABLE rows AS SELECT DISTINCT ON (snapshot) verdict.*, kept.facts "  # noqa: S608 - names of ours
            f"FROM read_parquet({_files(self.verdicts, group)}) verdict LEFT JOIN "
            f"(SELECT DISTINCT ON (snapshot) * FROM read_parquet({_files(self.snapshots, group)})) kept "
            f"USING (snapshot) {elsewhere} ORDER BY snapshot, added"
        )

    def _place(self, connection: duckdb.DuckDBPyConnection, beside: Path) -> str:
        """Write the table `rows` as a shard; its name is "" where it has none."""
        hashes = [row[0] for row in connection.execute("SELECT snapshot FROM rows ORDER BY snapshot").fetchall()]
        if not hashes:
            return ""
        name = hashlib.sha256("".join(hashes).encode()).hexdigest()[:32]
        for columns, folder in ((FACTS, self.snapshots), (COLUMNS, self.verdicts)):
            shard = beside / "shard"
            connection.execute(
                f"COPY (SELECT {', '.join(columns)} FROM rows ORDER BY snapshot) TO {literal(shard)} "  # noqa: S608 - names of ours
                "(FORMAT parquet, COMPRESSION zstd)"
            )
            shard.replace(folder / f"{name}{_SUFFIX}")
        return name

    @contextlib.contextmanager
    def _writing(self) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
        """A database in memory and a folder beside the shards, for who holds the lock."""
        for folder in (self.verdicts, self.snapshots):
            folder.mkdir(parents=True, exist_ok=True)
        with _locked(self._folder / "writing.lock"):
            self._sweep_up()
            with tempfile.TemporaryDirectory(dir=self._folder, prefix=_BESIDE) as beside:
                try:
                    with duckdb.connect() as connection:
                        yield connection, Path(beside)
                except duckdb.Error as error:
                    raise CannotDiagnose(f"the store {self._folder} cannot be written: {one_line(error)}") from error

    def _sweep_up(self) -> None:
        """What a killed process left: folders that are not finished, snapshots without verdicts."""
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


def _files(folder: Path, names: Iterable[str]) -> str:
    return "[" + ", ".join(literal(folder / f"{name}{_SUFFIX}") for name in names) + "]"


def literal(path: Path) -> str:
    """The path as a text in SQL."""
    return "'" + str(path).replace("'", "''") + "'"


def one_line(error: Exception) -> str:
    """What DuckDB says, at a length that a message has room for."""
    return " ".join(str(error).split())[:400]
