"""A report as a ticket: title, text, and an address that opens the form for a new issue with them filled in."""

from __future__ import annotations

from urllib.parse import quote

from stigmer_doctor.model.tickets import Ticket
from stigmer_doctor.render import outline
from stigmer_doctor.render.clean import one_line, shorten
from stigmer_doctor.render.escape import code, prose
from stigmer_doctor.render.markdown import render
from stigmer_doctor.render.renderer import Display, Report

LONGEST_TITLE = 200
LONGEST_ADDRESS = 8_000
"""Characters that every browser, and GitHub, takes."""
_LONGEST_SHORT = 1_000


def ticket(report: Report) -> Ticket:
    """What to file of a report; nothing in it mentions, links or closes anything."""
    diagnosis, facts = report
    verdict = one_line(outline.verdict(diagnosis, facts))
    word = diagnosis.status.value.upper()
    tool = f"{prose(diagnosis.tool.name)} {prose(diagnosis.tool.version)}"
    return Ticket(
        title=shorten(verdict.rstrip("."), LONGEST_TITLE),
        body=render(report, Display()),
        short=(
            f"**{word}: {prose(shorten(verdict, _LONGEST_SHORT))}**\n\n"
            f"Fingerprint {code(diagnosis.fingerprint)}, {tool}.\n\n"
            "(The whole report goes here, the snapshot beside it.)\n"
        ),
        fingerprint=diagnosis.fingerprint,
    )


def new_issue(filed: Ticket, repository: str) -> str:
    """The address of the form for HOST/OWNER/NAME, with the short text, or without one where that would be too long;
    "" where nothing fits."""
    start = f"https://{repository}/issues/new?title={quote(filed.title, safe='')}"
    whole = f"{start}&body={quote(filed.short, safe='')}"
    return next((address for address in (whole, start) if len(address) <= LONGEST_ADDRESS), "")
