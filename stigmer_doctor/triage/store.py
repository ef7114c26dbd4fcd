"""The store: a folder of Parquet shards, `verdicts/` for questions and `snapshots/` for judging again.

A shard is written beside and moved into its place, snapshots first, so that a process that is killed leaves whole
shards only; a verdict's shard is the sign that a snapshot is there. Layout: docs/triage.md.
"""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb

from stigmer_doctor.model.errors import CannotDiagnose, UsageError
from stigmer_doctor.triage.judging import line
from stigmer_doctor.triage.rows import COLUMNS, Judged

_FACTS = {"snapshot": "VARCHAR", "facts": "VARCHAR"}
_MEMORY = "1GB"


class Store:
    """The shards of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._verdicts, self._snapshots = folder / "verdicts", folder / "snapshots"

    def hashes(self) -> set[str]:
        """Of the snapshots that are in it."""
        if not any(self._verdicts.glob("*.parquet")):
            return set()
        return {row[0] for row in self.asked("SELECT snapshot FROM verdicts")}

    def add(self, rows: Iterable[Judged], added: str) -> None:
        """One shard more. Raises OSError."""
        kept = sorted(rows, key=lambda row: row.verdict.snapshot)
        if not kept:
            return
        name = hashlib.sha256("".join(row.verdict.snapshot for row in kept).encode()).hexdigest()[:32]
        for folder in (self._verdicts, self._snapshots):
            folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._verdicts.parent, prefix=".adding-") as beside:
            lines = Path(beside) / "rows.ndjson"
            lines.write_bytes(b"\n".join(line(row, added) for row in kept))
            for columns, folder in ((_FACTS, self._snapshots), (COLUMNS, self._verdicts)):
                shard = Path(beside) / "shard.parquet"
                _copy(lines, columns, shard)
                shard.replace(folder / f"{name}.parquet")

    def asked(self, query: str, parameters: Iterable[object] = ()) -> list[tuple[Any, ...]]:
        """What a question of ours is answered with. The tables are `verdicts` and `snapshots`."""
        try:
            with self._opened() as connection:
                return connection.execute(query, [*parameters]).fetchall()
        except duckdb.Error as error:
            raise CannotDiagnose(f"the store {self._folder} cannot be read: {_line(error)}") from error

    def answer(self, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Columns and rows of a user's own question, which can read the tables and nothing else. Raises UsageError."""
        try:
            with self._opened(locked=True) as connection:
                found = connection.execute(query)
                return [column[0] for column in found.description or ()], found.fetchall()
        except duckdb.Error as error:
            raise UsageError(f"cannot answer that: {_line(error)}") from error

    @contextlib.contextmanager
    def _opened(self, *, locked: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        with duckdb.connect() as connection:
            connection.execute(f"SET memory_limit = '{_MEMORY}'")
            for name, folder, columns in (
                ("verdicts", self._verdicts, COLUMNS),
                ("snapshots", self._snapshots, _FACTS),
            ):
                self._table(connection, name, folder, columns, whole=locked)
            if locked:
                connection.execute("SET enable_external_access = false")
                connection.execute("SET lock_configuration = true")
            yield connection

    def _table(
        self, connection: duckdb.DuckDBPyConnection, name: str, folder: Path, columns: dict[str, str], *, whole: bool
    ) -> None:
        """`whole`: in memory, for whoever may not open files."""
        if not any(folder.glob("*.parquet")):
            connection.execute(f"CREATE TABLE {name} ({', '.join(f'{key} {kind}' for key, kind in columns.items())})")
            return
        source = f"read_parquet({_literal(folder / '*.parquet')})"
        # A snapshot that two runs added at once is in two shards.
        chosen = f"SELECT DISTINCT ON (snapshot) {', '.join(columns)} FROM {source}"  # noqa: S608 - names of ours
        connection.execute(f"CREATE {'TABLE' if whole else 'VIEW'} {name} AS {chosen}")


def _copy(lines: Path, columns: dict[str, str], shard: Path) -> None:
    types = ", ".join(f"{name}: '{kind}'" for name, kind in columns.items())
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (SELECT {', '.join(columns)} FROM read_json({_literal(lines)}, format = 'newline_delimited', "  # noqa: S608 - names of ours
            f"columns = {{{types}}}, maximum_object_size = 100000000)) TO {_literal(shard)} "
            "(FORMAT parquet, COMPRESSION zstd)"
        )


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:400]


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
