"""A page of plain text: paragraphs, fields and tables that keep within the width."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from stigmer_doctor.model.findings import Severity
from stigmer_doctor.render.clean import ascii_only, one_line
from stigmer_doctor.render.renderer import Display
from stigmer_doctor.render.wrapping import Pieces, columns, part, styled, wrap

_MARKS = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.INFO: "i"}
_ASCII = str.maketrans({"✗": "x", "─": "-", "├": "|", "└": "`", "│": "|", "▶": ">", "╌": ".", "·": "-", "…": "..."})
_LABEL = 10
_WIDE = 60


class Page:
    """Collects lines. Every string is taken as plain data and made harmless first."""

    def __init__(self, display: Display) -> None:
        self.width, self._unicode, self._color = display.width, display.unicode, display.color
        self._lines: list[str] = []

    @property
    def wide(self) -> bool:
        """Whether there is room for a column of labels."""
        return self.width >= _WIDE

    @property
    def ellipsis(self) -> int:
        """How many columns the sign takes that something was left out."""
        return len(self._clean("…"))

    def text(self) -> str:
        """All that was written, without spaces at the ends of lines."""
        return "".join(f"{line.rstrip()}\n" for line in self._lines)

    def mark(self, severity: Severity) -> str:
        """A symbol for the severity, of one column."""
        return _MARKS[severity]

    def joint(self, *, last: bool) -> str:
        """What connects a branch to what it grows from."""
        return "└─" if last else "├─"

    def blank(self) -> None:
        self._lines.append("")

    def heading(self, title: str) -> None:
        self.blank()
        self.styled(((title, "bold"),))

    def paragraph(self, text: str, *, first: str = "", style: str = "", rest_indent: int = 0) -> None:
        """`first` (in the style, at least `rest_indent` long) begins the first line; later lines are indented."""
        self.styled(((first, style), (text, "")), rest=" " * rest_indent)

    def styled(self, pieces: Pieces, *, rest: str = "") -> None:
        """Text of several styles; later lines begin with `rest`, which the first line is at least as long as."""
        clean = [(self._clean(text), style) for text, style in pieces]
        written = "".join(text for text, _ in clean)
        before, start, end = "", 0, len(rest)
        for line in wrap(written[end:], self.width - len(rest)):
            end += len(line)
            shown = part(clean, start, end)
            self._lines.append(before + "".join(styled(text, style) if self._color else text for text, style in shown))
            before, start = self._clean(rest), end

    def field(self, label: str, value: str, indent: int = 2) -> None:
        """A labelled value; nothing when it is empty."""
        if value:
            rest_indent = indent + (_LABEL if self.wide else 2)
            self.paragraph(value, first=f"{'':{indent}}{label:{_LABEL}}", rest_indent=rest_indent)

    def command(self, command: str, *, indent: int) -> None:
        """Lines that are never wrapped, so that they run as printed; said so where they cannot be shown exactly."""
        lines = command.split("\n")
        if any(self._clean(line) != line for line in lines):
            self.paragraph("(not exact: it has characters that cannot be shown here)", first=" " * indent)
        self._lines += (" " * indent + self._clean(line) for line in lines)

    def ending(self, pieces: Pieces, command: str) -> None:
        """Text and a command behind it; on a line of its own where both do not fit on one."""
        whole = (*pieces, (command, "bold"))
        if self._clean(command) == command and sum(columns(text) for text, _ in whole) <= self.width:
            self.styled(whole)
        else:
            self.styled(pieces)
            self.command(command, indent=2)

    def table(self, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Columns that share the width."""
        from stigmer_doctor.render.table import table  # loads rich, which few reports need

        cells = [[self._clean(cell) for cell in row] for row in rows]
        self._lines += table(header, cells, self.width, color=self._color)

    def _clean(self, text: str) -> str:
        shown = one_line(text)
        return shown if self._unicode else ascii_only(shown.translate(_ASCII))
