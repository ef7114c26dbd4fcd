"""Tables for a terminal, an issue, a browser, a program."""

from __future__ import annotations

import json as codec
from collections.abc import Iterable

from stigmer_doctor.model.tabular import Cell, Tabular
from stigmer_doctor.render import html_page
from stigmer_doctor.render.clean import one_line, shorten
from stigmer_doctor.render.escape import prose
from stigmer_doctor.render.page import Page
from stigmer_doctor.render.renderer import Display

_BAR, _WIDEST_BAR, _SHORTEST_BAR = "█", 12, 4
_SPARKS = str.maketrans("▁▂▃▄▅▆▇█", "01234567")
_CELL = 200


def text(table: Tabular, display: Display) -> str:
    """Columns that share the width, with bars beside the numbers that are compared."""
    page = Page(display)
    page.paragraph(table.title, style="bold")
    page.blank()
    if table.rows:
        bar = _bar_room(table, display.width) if table.bar else 0
        page.table((*table.columns, *([""] if bar else [])), [_shown(row, table, display, bar) for row in table.rows])
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


def html(table: Tabular, _: Display) -> str:
    """A page, with bars beside the numbers that are compared; numbers are under one another."""
    head = "".join(f"<th>{html_page.text(column)}</th>" for column in (*table.columns, *([""] if table.bar else [])))
    rows = [f"<tr>{''.join(map(_html_cell, row))}{_html_bar(row, table)}</tr>" for row in table.rows]
    body = (
        f"<h1>{html_page.text(table.title)}</h1>",
        *(("<table>", f"<tr>{head}</tr>", *rows, "</table>") if rows else ("<p>nothing</p>",)),
        *([f'<p class="about">{html_page.text(table.note)}</p>'] if table.note else []),
    )
    return html_page.document(table.title, body, "tabular.css")


def _html_cell(cell: Cell) -> str:
    kind = ' class="number"' if isinstance(cell, (int, float)) else ""
    return f"<td{kind}>{html_page.text(shorten(_cell(cell), _CELL))}</td>"


def _html_bar(row: tuple[Cell, ...], table: Tabular) -> str:
    return f'<td class="bar"><span style="width: {_share(row, table):.0%}"></span></td>' if table.bar else ""


def json(table: Tabular, _: Display) -> str:
    """The title, and an object for each row."""
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    return codec.dumps({"title": table.title, "rows": rows, "note": table.note}, indent=2, ensure_ascii=False) + "\n"


def _bar_room(table: Tabular, width: int) -> int:
    """How long the longest bar may be; 0 where the columns themselves need the room."""
    columns = (max(len(title), *(len(_cell(row[at])) for row in table.rows)) for at, title in enumerate(table.columns))
    room = width - sum(column + 2 for column in columns)
    return min(room, _WIDEST_BAR) if room >= _SHORTEST_BAR else 0


def _shown(row: tuple[Cell, ...], table: Tabular, display: Display, bar: int) -> list[str]:
    cells = [shorten(_cell(cell), _CELL) for cell in row]
    if not display.unicode:
        cells = [cell.translate(_SPARKS) for cell in cells]
    return [*cells, _bar(row, table, display, bar)] if bar else cells


def _bar(row: tuple[Cell, ...], table: Tabular, display: Display, longest: int) -> str:
    return (_BAR if display.unicode else "#") * round(_share(row, table) * longest)


def _share(row: tuple[Cell, ...], table: Tabular) -> float:
    """How much the row's number is of the largest, from 0 to 1."""
    at = table.columns.index(table.bar)
    most = max(_number(other[at]) for other in table.rows)
    return max(_number(row[at]), 0.0) / most if most > 0 else 0.0


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, (int, float)) else 0.0


def _cell(cell: Cell) -> str:
    return "" if cell is None else one_line(str(cell))


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
