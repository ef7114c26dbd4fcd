"""Tables for a terminal, laid out by rich. Import it only where there is one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import StringIO

from rich.console import Console
from rich.table import Table
from rich.text import Text


def table(header: Sequence[str], rows: Iterable[Sequence[str]], width: int, *, color: bool) -> list[str]:
    """The lines of a table whose columns share the width."""
    laid_out = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="underline")
    kept = [*rows]
    for title, least in zip(header, _unbroken([header, *kept], width), strict=True):
        laid_out.add_column(title, overflow="fold", min_width=least)
    for row in kept:
        laid_out.add_row(*map(Text, row))
    out = StringIO()
    Console(
        file=out,
        width=width,
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=not color,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
        _environ={},
    ).print(laid_out)
    return out.getvalue().splitlines()


def _unbroken(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """How wide each column has to be so that no single word in it is cut, and 0 for one of sentences; 0 for all where
    that is more than there is."""
    columns = [*zip(*rows, strict=True)]
    least = [max(map(len, column)) if not any(" " in cell for cell in column) else 0 for column in columns]
    return least if sum(least) + 2 * len(least) <= width else [0] * len(least)
