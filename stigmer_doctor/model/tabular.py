"""A table as a document: what a store of many tickets answers."""

from __future__ import annotations

from typing import NamedTuple

Cell = str | int | float | bool | None


class Tabular(NamedTuple):
    """`title` is one line; `bar` the column whose numbers are drawn as bars where there is room, "" for none; `note` a
    sentence below."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    bar: str = ""
    note: str = ""
