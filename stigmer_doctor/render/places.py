"""Where in a source file a finding is."""

from __future__ import annotations

import msgspec

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.findings import Finding
from stigmer_doctor.rules.codes import about_source

_PLACE = compiled_later(r"(?P<file>.+?)(?::(?P<line>\d+))?(?::(?P<column>\d+))?")


class SourcePlace(msgspec.Struct, frozen=True):
    """Line and column count from 1; 0 where they are not known."""

    file: str
    line: int
    column: int

    @property
    def place(self) -> str:
        """`file:line:column`, as far as they are known."""
        return ":".join(str(other) for other in (self.file, self.line, self.column) if other)


def place(finding: Finding) -> SourcePlace | None:
    """None for a finding that is not about a file."""
    named = next((evidence.locator for evidence in finding.evidence if evidence.source == "file"), "")
    match = _PLACE.fullmatch(named)
    if not match or not about_source(finding.code):
        return None
    return SourcePlace(match["file"], int(match["line"] or 0), int(match["column"] or 0))
