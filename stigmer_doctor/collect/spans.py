"""Places in source files as facts: what is kept of their text holds no secret."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model.edits import Span
from stigmer_doctor.model.ports import Redactor


def without_secrets(span: Span, redactor: Redactor, where: str) -> Span:
    """The span, without its lines where they hold a secret."""
    text = "".join(span.lines)
    return span if redactor.text(text, where) == text else replace(span, lines=())
