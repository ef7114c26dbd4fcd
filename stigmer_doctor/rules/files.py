"""Wording that the rules about source files share."""

from __future__ import annotations

from collections.abc import Iterable

from stigmer_doctor.model.edits import Edit, Span
from stigmer_doctor.model.findings import Evidence, FixView, Remediation
from stigmer_doctor.source.edits import unified

_HIDDEN = "<hidden "
SAFE, UNSAFE, MANUAL = "safe", "unsafe", "manual"


def remediation(text: str, edits: Iterable[Edit], safety: str = SAFE, *, snippet: str = "") -> Remediation:
    """What to do about a file: the edits where there are any, otherwise by hand, with a `snippet` to write."""
    made = tuple(edits)
    if made:
        return Remediation(text=text, edits=made, fix=FixView(safety=safety, diff=unified(made)))
    return Remediation(text=text, fix=FixView(safety=MANUAL, diff=snippet))


def seen(place: str, value: str) -> Evidence:
    """A place in a file as evidence."""
    return Evidence(source="file", locator=place, value=value)


def unfollowed(build: str, patch: str) -> str:
    """Why what a build makes of a container is not known."""
    return f"in {build} a patch of {patch} may change the container, and it is not followed"


def override(service: str, name: str, value: str) -> str:
    """An override file that sets a variable of a service; "" where the value is hidden, and only its token is known."""
    if _HIDDEN in value:
        return ""
    import json  # few findings are of such a file

    written = json.dumps(value, ensure_ascii=False).replace("$", "$$")  # YAML reads JSON's strings; compose reads $
    return f"services:\n  {service}:\n    environment:\n      {name}: {written}\n"


def in_place(edits: Iterable[Edit], via: str, value: str = "") -> str:
    """What an advice ends with where there are no edits: why, and what to do instead. `value` is what is to be set."""
    if any(edits):
        return ""
    through = via or "a way of writing that cannot be changed in place"
    printed = "that sets it to the value that is hidden here" if _HIDDEN in value else "as the report prints it"
    return f" It comes through {through}: give compose an override file as the last -f, {printed}."


def quoted(span: Span | None) -> str:
    """The first line of a span, as evidence."""
    return span.lines[0].strip() if span and span.lines else ""
