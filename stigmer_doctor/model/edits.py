"""Changes of text files, described and not performed: where, and what stands there afterwards."""

from stigmer_doctor.model.record import Part


class Span(Part, frozen=True, kw_only=True):
    """A stretch of a text file. `start` and `end` count characters from the file's beginning (a byte order mark does
    not count), lines and columns from 1; `lines` are the whole lines that it touches, with their line ends."""

    file: str
    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int
    lines: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """`file:line:column`."""
        return f"{self.file}:{self.line}:{self.column}"


class Edit(Part, frozen=True, kw_only=True):
    """What stands in the span afterwards."""

    span: Span
    text: str
