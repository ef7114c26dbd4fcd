"""How things stand right now: a screen that is drawn again and again, and a line for each change."""

from __future__ import annotations

from stigmer_doctor.render import environment, links, outline, tree
from stigmer_doctor.render.clean import one_line
from stigmer_doctor.render.page import Page
from stigmer_doctor.render.renderer import Display, Report


def screen(report: Report, display: Display) -> str:
    """The verdict and the links."""
    diagnosis, facts = report
    page = Page(display)
    page.paragraph(outline.verdict(diagnosis, facts), first=f"{diagnosis.status.value.upper()}  ", style="bold")
    page.paragraph(" · ".join(environment.parts(diagnosis, facts)))
    if rows := links.rows(diagnosis, facts):
        page.blank()
        tree.draw(page, diagnosis.target.container, rows, verbose=display.verbose)
    return page.text()


def line(report: Report, _: Display) -> str:
    """The verdict, and each link with how it stands."""
    diagnosis, facts = report
    told = [" ".join(text for _, text in row.line if text) for row in links.rows(diagnosis, facts)]
    text = " · ".join(told) or outline.verdict(diagnosis, facts)
    return f"{one_line(f'{diagnosis.status.value.upper()}  {text}')}\n"
