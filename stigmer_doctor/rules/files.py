"""Wording that the rules about source files share."""

from __future__ import annotations

from collections.abc import Iterable

from stigmer_doctor.model.edits import Edit, Span, unified
from stigmer_doctor.model.findings import Evidence, FixView, Remediation

SAFE, UNSAFE, MANUAL = "safe", "unsafe", "manual"


def remedy(text: str, edits: Iterable[Edit], safety: str = SAFE, *, snippet: str = "") -> Remediation:
    """What to do about a file: the edits where there are any, otherwise by hand, with a `snippet` to write."""
    made = tuple(edits)
    if made:
        return Remediation(text=text, edits=made, fix=FixView(safety=safety, diff=unified(made)))
    return Remediation(text=text, fix=FixView(safety=MANUAL, diff=snippet))


def seen(place: str, value: str) -> Evidence:
    """A place in a file as evidence."""
    return Evidence(source="file", locator=place, value=value)


def elsewhere(via: str) -> str:
    """Why a value cannot be changed where it stands, and what to do instead."""
    return f" It comes through {via}: give compose an override file as the last -f, as the report prints it."


def quoted(span: Span | None) -> str:
    """The first line of a span, as evidence."""
    return span.lines[0].strip() if span and span.lines else ""
