"""Tables for a terminal, an issue, a program."""

from __future__ import annotations

import json as codec
from collections.abc import Iterable

from stigmer_doctor.model.tabular import Cell, Tabular
from stigmer_doctor.render.clean import one_line, shorten
from stigmer_doctor.render.escape import prose
from stigmer_doctor.render.page import Page
from stigmer_doctor.render.renderer import Display

_BAR, _WIDEST_BAR = "█", 12
_SPARKS = str.maketrans("▁▂▃▄▅▆▇█", "01234567")
_CELL = 200


def text(table: Tabular, display: Display) -> str:
    """Columns that share the width, with bars beside the numbers that are compared."""
    page = Page(display)
    page.paragraph(table.title, style="bold")
    page.blank()
    if table.rows:
        page.table((*table.columns, *([""] if table.bar else [])), [_shown(row, table, display) for row in table.rows])
    else:
        page.paragraph("nothing")
    if table.note:
        page.blank()
        page.paragraph(table.note)
    return page.text()


def markdown(table: Tabular, _: Display) -> str:
    """A table; cells are escaped."""
    lines = [f"**{prose(table.title)}**", "", _line(table.columns), _line("---" for _ in table.columns)]
    lines += (_line(prose(shorten(_cell(cell), _CELL)) for cell in row) for row in table.rows)
    return "\n".join([*lines, *(["", prose(table.note)] if table.note else [])]) + "\n"


def json(table: Tabular, _: Display) -> str:
    """The title, and an object for each row."""
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    return codec.dumps({"title": table.title, "rows": rows, "note": table.note}, indent=2, ensure_ascii=False) + "\n"


def _shown(row: tuple[Cell, ...], table: Tabular, display: Display) -> list[str]:
    cells = [shorten(_cell(cell), _CELL) for cell in row]
    if not display.unicode:
        cells = [cell.translate(_SPARKS) for cell in cells]
    return [*cells, _bar(row, table, display)] if table.bar else cells


def _bar(row: tuple[Cell, ...], table: Tabular, display: Display) -> str:
    at = table.columns.index(table.bar)
    most = max((_number(other[at]) for other in table.rows), default=0)
    length = round(_number(row[at]) / most * _WIDEST_BAR) if most > 0 else 0
    return (_BAR if display.unicode else "#") * length


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, (int, float)) else 0.0


def _cell(cell: Cell) -> str:
    return "" if cell is None else one_line(str(cell))


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
