"""A text file as it is: its characters, its line ends, and where in it something stands."""

from __future__ import annotations

import bisect
from functools import cached_property

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.edits import Span

_BOM = b"\xef\xbb\xbf"
_LINE_END = compiled_later(r"\r\n|\n|\r")


class Unreadable(Exception):  # noqa: N818 - reads as what it is
    """The bytes are not text that can be read; the message completes "it ..."."""


def _size(number: int) -> str:
    mebibytes, rest = divmod(number, 1024 * 1024)
    return f"{number // 1024} KiB" if rest else f"{mebibytes} MiB"


class SourceText:
    """A file's text without its byte order mark. Offsets count characters; lines and columns count from 1."""

    def __init__(self, file: str, raw: bytes, *, most_bytes: int) -> None:
        if len(raw) > most_bytes:
            raise Unreadable(f"is larger than {_size(most_bytes)}")
        self.file, self.raw = file, raw
        self.has_bom = raw.startswith(_BOM)
        try:
            self.text = raw[len(_BOM) :].decode() if self.has_bom else raw.decode()
        except UnicodeDecodeError as error:
            raise Unreadable(f"is not UTF-8: byte {error.start} is 0x{raw[error.start]:02x}") from error

    @cached_property
    def _starts(self) -> list[int]:
        """Where the lines begin."""
        return [0, *(match.end() for match in _LINE_END.finditer(self.text))]

    @property
    def line_end(self) -> str:
        """The one that the file uses first; a newline where it has none."""
        found = _LINE_END.search(self.text)
        return found.group() if found else "\n"

    def encoded(self, text: str) -> bytes:
        """Other text as this file would hold it."""
        return (_BOM if self.has_bom else b"") + text.encode()

    def line_of(self, offset: int) -> int:
        return bisect.bisect_right(self._starts, offset)

    def line_start(self, line: int) -> int:
        """The offset at which a line begins; the text's length past the last one."""
        return self._starts[line - 1] if line <= len(self._starts) else len(self.text)

    def line(self, number: int) -> str:
        """A line with its line end."""
        return self.text[self.line_start(number) : self.line_start(number + 1)]

    def span(self, start: int, end: int) -> Span:
        first, last = self.line_of(start), self.line_of(end)
        behind = end > start and end == self.line_start(last)  # a whole line ends where the next one begins
        touched = tuple(self.line(number) for number in range(first, last + (not behind)))
        return Span(
            file=self.file,
            start=start,
            end=end,
            line=first,
            column=start - self.line_start(first) + 1,
            end_line=last,
            end_column=end - self.line_start(last) + 1,
            lines=touched,
        )
