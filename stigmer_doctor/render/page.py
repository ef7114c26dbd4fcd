"""A page of plain text with rich: paragraphs, fields and tables that keep within the width."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import StringIO

from stigmer_doctor.model.findings import Severity
from stigmer_doctor.render.clean import ascii_only, one_line
from stigmer_doctor.render.renderer import Display

Pieces = Sequence[tuple[str, str]]
"""Text, each part with its style."""

_MARKS = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.INFO: "i"}
_ASCII = str.maketrans({"✗": "x", "─": "-", "├": "|", "└": "`", "│": "|", "▶": ">", "╌": ".", "·": "-", "…": "..."})
_LABEL = 10
_WIDE = 60


class Page:
    """Collects lines. Every string is taken as plain data and made harmless first."""

    def __init__(self, display: Display) -> None:
        from rich.console import Console

        self.width, self._unicode = display.width, display.unicode
        self._out = StringIO()
        self._console = Console(
            file=self._out,
            width=display.width,
            force_terminal=display.color,
            color_system="standard" if display.color else None,
            no_color=not display.color,
            markup=False,
            emoji=False,
            highlight=False,
            legacy_windows=False,
            _environ={},
        )

    @property
    def wide(self) -> bool:
        """Whether there is room for a column of labels."""
        return self.width >= _WIDE

    def text(self) -> str:
        """All that was written, without spaces at the ends of lines."""
        return "".join(f"{line.rstrip()}\n" for line in self._out.getvalue().splitlines())

    def mark(self, severity: Severity) -> str:
        """A symbol for the severity, of one column."""
        return _MARKS[severity]

    def joint(self, *, last: bool) -> str:
        """What connects a branch to what it grows from."""
        return "└─" if last else "├─"

    def blank(self) -> None:
        self._console.print()

    def heading(self, title: str) -> None:
        from rich.text import Text

        self.blank()
        self._console.print(Text(title, style="bold"))

    def paragraph(self, text: str, *, first: str = "", style: str = "", rest_indent: int = 0) -> None:
        """`first` (in the style, at least `rest_indent` long) begins the first line; later lines are indented."""
        self.styled(((first, style), (text, "")), rest=" " * rest_indent)

    def styled(self, pieces: Pieces, *, rest: str = "") -> None:
        """Text of several styles; later lines begin with `rest`, which the first line is at least as long as."""
        from rich.text import Text

        written = Text.assemble(*((self._clean(text), style) for text, style in pieces))
        before, after = written[: len(rest)], written[len(rest) :]
        for line in after.wrap(self._console, self.width - len(rest), overflow="fold"):
            self._console.print(before + line, soft_wrap=True)
            before = Text(self._clean(rest))

    def field(self, label: str, value: str, indent: int = 2) -> None:
        """A labelled value; nothing when it is empty."""
        if value:
            rest_indent = indent + (_LABEL if self.wide else 2)
            self.paragraph(value, first=f"{'':{indent}}{label:{_LABEL}}", rest_indent=rest_indent)

    def command(self, command: str, *, indent: int) -> None:
        """Lines that are never wrapped, so that they run as printed; said so where they cannot be shown exactly."""
        from rich.text import Text

        lines = command.split("\n")
        if any(self._clean(line) != line for line in lines):
            self.paragraph("(not exact: it has characters that cannot be shown here)", first=" " * indent)
        for line in lines:
            self._console.print(Text(" " * indent + self._clean(line)), soft_wrap=True)

    def ending(self, pieces: Pieces, command: str) -> None:
        """Text and a command behind it; on a line of its own where both do not fit on one."""
        from rich.cells import cell_len

        whole = (*pieces, (command, "bold"))
        if self._clean(command) == command and sum(cell_len(text) for text, _ in whole) <= self.width:
            self.styled(whole)
        else:
            self.styled(pieces)
            self.command(command, indent=2)

    def table(self, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Columns that share the width; a line break in a cell is kept."""
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="underline")
        for title in header:
            table.add_column(title, overflow="fold")
        for row in rows:
            table.add_row(*(Text("\n".join(map(self._clean, cell.split("\n")))) for cell in row))
        self._console.print(table)

    def _clean(self, text: str) -> str:
        shown = one_line(text)
        return shown if self._unicode else ascii_only(shown.translate(_ASCII))
