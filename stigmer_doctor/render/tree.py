"""The links as a picture for a terminal: a tree, whose branches are the arrows from the container to its services."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from stigmer_doctor.model.findings import ServiceStatus
from stigmer_doctor.render.clean import shorten
from stigmer_doctor.render.links import Row
from stigmer_doctor.render.page import Page
from stigmer_doctor.render.wrapping import Pieces

_SHAFTS = {ServiceStatus.ANSWERS: "─", ServiceStatus.FAILS: "─", ServiceStatus.NOT_ASKED: "╌"}
_HEADS = {ServiceStatus.ANSWERS: "▶", ServiceStatus.FAILS: "✗", ServiceStatus.NOT_ASKED: "?"}
_STYLES = {ServiceStatus.ANSWERS: "green", ServiceStatus.FAILS: "bold red", ServiceStatus.NOT_ASKED: ""}
_SHAFT = 3
_LONGEST = 60


def draw(page: Page, container: str, rows: Sequence[Row], *, verbose: bool) -> None:
    """The address stands on the arrow, and how it went at its head. Where a link is broken, and everywhere when
    `verbose`, its second line says where the address comes from and what answers on this machine."""
    page.paragraph(shorten(container, _LONGEST))
    columns = _columns(rows)
    wide = sum(columns) + len("├─ ") + 1 + len("✗ ") <= page.width
    for number, row in enumerate(rows):
        last = number == len(rows) - 1
        rest = "     " if last else "│    "
        joint = page.joint(last=last)
        page.styled(_arrow(joint, row, columns) if wide else _short_arrow(joint, row), rest=rest)
        if not wide:
            page.paragraph(_short(row.address), first=rest, rest_indent=len(rest))
        if row.broken or verbose:
            page.styled(((rest, ""), ("; ".join(_below(row)), "")), rest=rest)


def _columns(rows: Sequence[Row]) -> tuple[int, int, int]:
    """What address with shaft, result and title take, with the spaces behind them."""
    return (
        max(len(_short(row.address)) for row in rows) + 1 + _SHAFT,
        max(len(_short(row.result)) for row in rows) + 2,
        max(len(_short(row.title)) for row in rows),
    )


def _arrow(joint: str, row: Row, columns: tuple[int, int, int]) -> Pieces:
    address = _short(row.address)
    shaft = _SHAFTS[row.status] * (columns[0] - len(address))
    result = f"{_HEADS[row.status]} {_short(row.result)}".ljust(columns[1] + 2)
    return ((f"{joint} {address} ", ""), (shaft + result, _STYLES[row.status]), (_short(row.title), ""))


def _short_arrow(joint: str, row: Row) -> Pieces:
    """Where the columns are too few for the address to stand on it."""
    result = f"{_SHAFTS[row.status]}{_HEADS[row.status]} {_short(row.result)}"
    return ((joint, ""), (result, _STYLES[row.status]), (f"  {_short(row.title)}", ""))


def _below(row: Row) -> Iterable[str]:
    return filter(None, (row.origin, row.elsewhere))


def _short(text: str) -> str:
    return shorten(text, _LONGEST)
