"""Questions about the tables of a store: `verdicts`, a row a snapshot, and `snapshots`, to judge again."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb

from stigmer_doctor.model.errors import CannotDiagnose, UsageError
from stigmer_doctor.triage.rows import COLUMNS, FACTS
from stigmer_doctor.triage.shards import Shards, first_line

_MEMORY, _MEMORY_OF_A_USER = "1GB", "4GB"


class Store:
    """The shards of one folder, to be asked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.shards = Shards(folder)

    def hashes(self) -> set[str]:
        """Of the snapshots that are in it, which are added no more."""
        names = self.shards.names()
        found = {row[0] for row in self.asked("SELECT snapshot FROM verdicts")}
        self.shards.know(names)
        return found

    def asked(self, query: str, parameters: Iterable[object] = (), shard: str = "") -> list[tuple[Any, ...]]:
        """What a question of ours is answered with, about all shards or one; nothing, where that is gone."""
        try:
            with contextlib.suppress(duckdb.IOException):  # a merge has removed a shard before it was read
                return self._rows(query, parameters, shard)
            return self._rows(query, parameters, shard)
        except duckdb.Error as error:
            raise CannotDiagnose(f"the store {self._folder} cannot be read: {first_line(error)}") from error

    def _rows(self, query: str, parameters: Iterable[object], shard: str) -> list[tuple[Any, ...]]:
        names = [name for name in self.shards.names() if shard in ("", name)]
        with self._opened(names) as connection:
            return connection.execute(query, [*parameters]).fetchall()

    def answer(self, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Columns and rows of a user's own question, which can read the tables and nothing else. Raises UsageError."""
        try:
            names = self.shards.names()
            with self._opened(names) as connection:
                self._confine(connection, names)
                kinds = [statement.type for statement in connection.extract_statements(query)]
                if kinds != [duckdb.StatementType.SELECT]:  # another could write: into the shards, too
                    raise UsageError("cannot answer that: it is not one SELECT")
                found = connection.execute(query)
                return [column[0] for column in found.description or ()], found.fetchall()
        except duckdb.Error as error:
            raise UsageError(f"cannot answer that: {' '.join(str(error).split())[:400]}") from error

    @contextlib.contextmanager
    def _opened(self, names: Sequence[str]) -> Iterator[duckdb.DuckDBPyConnection]:
        with duckdb.connect() as connection:
            connection.execute(f"SET memory_limit = '{_MEMORY}'")
            connection.execute(self._table("verdicts", self.shards.verdicts, names, COLUMNS))
            connection.execute(self._table("snapshots", self.shards.snapshots, names, FACTS))
            yield connection

    def _confine(self, connection: duckdb.DuckDBPyConnection, names: Sequence[str]) -> None:
        """To the shards; a question may join all snapshots."""
        shards = [self.shards.files(folder, names) for folder in (self.shards.verdicts, self.shards.snapshots)]
        for setting in (
            f"memory_limit = '{_MEMORY_OF_A_USER}'",
            f"allowed_paths = list_concat({', '.join(shards)})",
            "enable_external_access = false",
            "lock_configuration = true",
        ):
            connection.execute(f"SET {setting}")

    def _table(self, name: str, folder: Path, shards: Sequence[str], columns: dict[str, str]) -> str:
        """The statement that makes it. Nothing is read before it is asked for."""
        if not shards:
            return f"CREATE TABLE {name} ({', '.join(f'{key} {kind}' for key, kind in columns.items())})"
        once = "DISTINCT ON (snapshot)" if self.shards.merging() else ""
        files = self.shards.files(folder, shards)
        return f"CREATE VIEW {name} AS SELECT {once} {', '.join(columns)} FROM read_parquet({files})"  # noqa: S608 - names of ours
