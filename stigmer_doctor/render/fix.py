"""A plan and the list of fixes, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from stigmer_doctor.model.fixes import Journal, Plan, Planned
from stigmer_doctor.render.clean import one_line
from stigmer_doctor.render.page import Page
from stigmer_doctor.render.renderer import Display

_MOST_PATHS = 20


def plan(planned: Plan, display: Display) -> str:
    """What would be changed and why, what it costs, and what is left to the user."""
    page = Page(display)
    about = f" ({planned.container_id[:12]})" if planned.container_id else ""
    page.paragraph(f"Plan for {planned.container}{about}", style="bold")
    for entry in planned.changes:
        page.paragraph(entry.what, first=f"  {', '.join(entry.codes)}  ", rest_indent=9)
    if planned.diff:
        page.heading("Changes of the container")
        for line in planned.diff:
            page.command(one_line(line), indent=2)
    for file in planned.files:
        page.heading(f"Changes of {file.path}")
        page.command("\n".join(_marked(file.diff.expandtabs(4))), indent=2)
    if planned.diff:
        _cost(page, planned)
    for note in planned.notes:
        page.paragraph(note, first="Note: ")
    if planned.manual:
        _left(page, planned.manual)
    page.blank()
    return page.text()


def _marked(diff: str) -> Iterator[str]:
    """The lines of a diff, each with its mark: what has none is a remark, and nothing that a shell would run."""
    for line in diff.split("\n"):
        yield line if line.startswith((" ", "+", "-", "@", "\\")) or not line else f"\\ {line}"


def _left(page: Page, entries: Iterable[Planned]) -> None:
    page.heading("Left to you")
    for entry in entries:
        page.paragraph(entry.what, first=f"  {', '.join(entry.codes)}  ", rest_indent=9)
        for command in entry.commands:
            page.command(command, indent=9)
        if entry.commands:
            page.blank()


def _cost(page: Page, planned: Plan) -> None:
    page.heading("What it costs")
    for line in _costs(planned):
        page.paragraph(line, first="  ", rest_indent=2)
    for path in planned.writable_layer_paths[:_MOST_PATHS]:
        page.command(one_line(path), indent=4)
    if len(planned.writable_layer_paths) > _MOST_PATHS:
        page.paragraph(f"and {len(planned.writable_layer_paths) - _MOST_PATHS} more", first="    ", rest_indent=4)


def _costs(planned: Plan) -> Iterable[str]:
    yield "The runner is restarted: executions that run at that moment are interrupted."
    if planned.files:
        yield "Compose recreates the container; rolling back means the old files, and recreating it once more."
    else:
        yield "The old container is kept, stopped."
    if planned.writable_layer_paths:
        yield "What was written outside its mounts is copied into the new container:"
    else:
        yield "Nothing was written outside its mounts."


def fixes(found: Sequence[Journal], display: Display) -> str:
    """What can be undone; never in colour."""
    page = Page(display._replace(color=False))
    if not found:
        page.paragraph("No fix that could be undone.")
    for journal in found:
        page.paragraph(journal.name, first=f"{journal.id}  ", rest_indent=2)
        page.field("made at", journal.at)
        page.field("kept as", journal.kept)
        page.field("until", journal.keep_until)
    return page.text()
