"""A page of plain text with rich: paragraphs, fields and tables that keep within the width."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import StringIO

from stigmer_doctor.model.findings import Severity
from stigmer_doctor.render.clean import ascii_only, one_line
from stigmer_doctor.render.renderer import Display

_MARKS = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.INFO: "i"}
_LABEL = 10


class Page:
    """Collects lines. Every string is taken as plain data and made harmless first."""

    def __init__(self, display: Display) -> None:
        from rich.console import Console

        self._width, self._unicode = display.width, display.unicode
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

    def text(self) -> str:
        """All that was written, without spaces at the ends of lines."""
        return "".join(f"{line.rstrip()}\n" for line in self._out.getvalue().splitlines())

    def mark(self, severity: Severity) -> str:
        """A symbol for the severity, of one column."""
        return _MARKS[severity] if self._unicode else _MARKS[severity].replace("✗", "x")

    def joint(self, *, last: bool) -> str:
        """What connects a consequence to its cause."""
        if not self._unicode:
            return "`-" if last else "|-"
        return "└─" if last else "├─"

    def blank(self) -> None:
        self._console.print()

    def heading(self, title: str) -> None:
        from rich.text import Text

        self.blank()
        self._console.print(Text(title, style="bold"))

    def paragraph(self, text: str, *, first: str = "", style: str = "", rest_indent: int = 0) -> None:
        """`first` (in the style, at least `rest_indent` long) begins the first line; later lines are indented."""
        from rich.text import Text

        written = Text.assemble((self._clean(first), style), self._clean(text))
        before, rest = written[:rest_indent], written[rest_indent:]
        for line in rest.wrap(self._console, self._width - rest_indent, overflow="fold"):
            self._console.print(before + line, soft_wrap=True)
            before = Text(" " * rest_indent)

    def field(self, label: str, value: str, indent: int = 2) -> None:
        """A labelled value; nothing when it is empty."""
        if value:
            self.paragraph(value, first=f"{'':{indent}}{label:{_LABEL}}", rest_indent=indent + _LABEL)

    def command(self, command: str, *, indent: int) -> None:
        """Lines that are never wrapped, so that they run as printed; said so where they cannot be shown exactly."""
        from rich.text import Text

        lines = command.split("\n")
        for line in lines:
            self._console.print(Text(" " * indent + self._clean(line)), soft_wrap=True)
        if any(self._clean(line) != line for line in lines):
            self.paragraph("(not exact: it has characters that cannot be shown here)", first=" " * indent)

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
        return shown if self._unicode else ascii_only(shown.replace("…", "..."))
