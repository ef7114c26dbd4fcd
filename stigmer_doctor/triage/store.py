"""Questions about the tables of a store: `verdicts`, a row a snapshot, and `snapshots`, to judge again."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb

from stigmer_doctor.model.errors import CannotDiagnose, UsageError
from stigmer_doctor.triage.rows import COLUMNS, FACTS
from stigmer_doctor.triage.shards import Shards, literal, one_line

_MEMORY = "1GB"


class Store:
    """The shards of one folder, to be asked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.shards = Shards(folder)

    def hashes(self) -> set[str]:
        """Of the snapshots that are in it."""
        return {row[0] for row in self.asked("SELECT snapshot FROM verdicts")}

    def asked(self, query: str, parameters: Iterable[object] = (), shard: str = "*") -> list[tuple[Any, ...]]:
        """What a question of ours is answered with, about all shards or one."""
        try:
            with self._opened(shard) as connection:
                return connection.execute(query, [*parameters]).fetchall()
        except duckdb.Error as error:
            raise CannotDiagnose(f"the store {self._folder} cannot be read: {one_line(error)}") from error

    def answer(self, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Columns and rows of a user's own question, which can read the tables and nothing else. Raises UsageError."""
        try:
            with self._opened(locked=True) as connection:
                found = connection.execute(query)
                return [column[0] for column in found.description or ()], found.fetchall()
        except duckdb.Error as error:
            raise UsageError(f"cannot answer that: {one_line(error)}") from error

    @contextlib.contextmanager
    def _opened(self, shard: str = "*", *, locked: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        with duckdb.connect() as connection:
            connection.execute(f"SET memory_limit = '{_MEMORY}'")
            for name, folder, columns in (
                ("verdicts", self.shards.verdicts, COLUMNS),
                ("snapshots", self.shards.snapshots, FACTS),
            ):
                self._table(connection, name, folder / f"{shard}.parquet", columns, whole=locked)
            if locked:
                connection.execute("SET enable_external_access = false")
                connection.execute("SET lock_configuration = true")
            yield connection

    def _table(
        self, connection: duckdb.DuckDBPyConnection, name: str, files: Path, columns: dict[str, str], *, whole: bool
    ) -> None:
        """`whole`: in memory, for whoever may not open files."""
        if not any(files.parent.glob(files.name)):
            connection.execute(f"CREATE TABLE {name} ({', '.join(f'{key} {kind}' for key, kind in columns.items())})")
            return
        source = f"read_parquet({literal(files)})"
        # A snapshot that two runs added at once is in two shards: the first counts.
        first = "ORDER BY snapshot, added" if "added" in columns else ""
        chosen = f"SELECT DISTINCT ON (snapshot) {', '.join(columns)} FROM {source} {first}"  # noqa: S608 - names of ours
        connection.execute(f"CREATE {'TABLE' if whole else 'VIEW'} {name} AS {chosen}")
