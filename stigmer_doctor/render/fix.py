"""A plan and the list of fixes, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from stigmer_doctor.model.fixes import Journal, Plan
from stigmer_doctor.render.page import Page


def plan(planned: Plan, *, width: int, color: bool, unicode: bool = True) -> str:
    """What would be changed and why, what it costs, and what is left to the user."""
    page = Page(width=width, color=color, unicode=unicode)
    page.paragraph(f"Plan for {planned.container} ({planned.container_id[:12]})", style="bold")
    for each in planned.changes:
        page.paragraph(each.what, first=f"  {', '.join(each.codes)}  ", rest_indent=9)
    if planned.diff:
        page.heading("Changes")
        for line in planned.diff:
            page.command(line, indent=2)
        page.heading("What it costs")
        page.paragraph(
            "The runner is restarted: executions that run at that moment are interrupted.", first="  ", rest_indent=2
        )
        page.paragraph(
            "The old container is kept, stopped. Nothing was written outside its mounts."
            if not planned.lost
            else "What was written outside its mounts is copied into the new container:",
            first="  ",
            rest_indent=2,
        )
        for path in planned.lost[:20]:
            page.command(path, indent=4)
        if len(planned.lost) > 20:
            page.paragraph(f"and {len(planned.lost) - 20} more", first="    ", rest_indent=4)
    if planned.manual:
        page.heading("Left to you")
        for each in planned.manual:
            page.paragraph(each.what, first=f"  {', '.join(each.codes)}  ", rest_indent=9)
    page.blank()
    return page.text()


def fixes(found: Sequence[Journal], *, width: int, color: bool, unicode: bool = True) -> str:
    """What can be undone."""
    page = Page(width=width, color=color, unicode=unicode)
    if not found:
        page.paragraph("No fix that could be undone.")
        return page.text()
    rows = [(each.id, each.at, each.name, each.kept, each.keep_until) for each in found]
    page.table(("id", "made at", "container", "kept as", "kept until"), rows)
    return page.text()
