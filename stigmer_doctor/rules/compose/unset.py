"""Endpoints that a compose file leaves unset."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stigmer_doctor.analysis.unread_variables import unread_variables
from stigmer_doctor.model.edits import Edit
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.source import ComposeFiles, ComposeService, UnsetEndpoint


def without_misnamed(service: ComposeService, compose: ComposeFiles, profile: Profile) -> Iterator[UnsetEndpoint]:
    """The endpoints that nothing sets, but for those of which a misnamed variable is why: SD802."""
    unread = unread_variables(service.planned, service.configuration, compose.contract, profile)
    misnamed = {variable.endpoint.name for variable in unread if variable.endpoint and variable.misnamed}
    return (variable for variable in service.unset if variable.name not in misnamed)


def combined(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """The edits, with lines that are added behind removed ones in their place instead: they would overlap."""
    removed, found = None, []
    for edit in sorted(dict.fromkeys(edits), key=lambda edit: (edit.span.start, edit.span.end)):
        inside = removed is not None and removed.span.file == edit.span.file and edit.span.start < removed.span.end
        if removed is not None and inside and edit.span.start == edit.span.end:
            found[-1] = removed = Edit(span=removed.span, text=removed.text + _as_lines(edit.text, removed))
            continue
        found.append(edit)
        removed = edit
    return tuple(found)


def _as_lines(text: str, removed: Edit) -> str:
    """Added lines, which begin with a line end, in place of whole ones that end with theirs."""
    last = removed.span.lines[-1:]
    if removed.span.column != 1 or not last or not last[-1].endswith(("\n", "\r")):
        return text
    line_end = "\r\n" if text.startswith("\r\n") else text[:1]
    return text.removeprefix(line_end) + line_end
