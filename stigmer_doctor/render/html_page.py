"""A page of HTML that needs nothing else: no script, no other file, nothing from the network."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from importlib import resources

from stigmer_doctor.render.clean import one_line

_ALLOWED = "default-src 'none'; style-src 'unsafe-inline'"


def document(title: str, body: Iterable[str], *styles: str) -> str:
    """The whole page; `title` is a text, `body` lines of HTML, `styles` are the names of more style sheets than that of
    all pages."""
    sheets = "".join(map(_style_sheet, ("report.css", *styles)))
    head = (
        *('<meta charset="utf-8">', '<meta name="viewport" content="width=device-width, initial-scale=1">'),
        f'<meta http-equiv="Content-Security-Policy" content="{_ALLOWED}">',
        f"<title>{text(title)}</title>",
        f"<style>\n{sheets}</style>",
    )
    lines = ("<!doctype html>", '<html lang="en">', "<head>", *head, "</head>", "<body>", "<main>", *body)
    return "\n".join((*lines, "</main>", "</body>", "</html>", ""))


def text(text: str) -> str:
    """What was measured is text, whatever it looks like."""
    return escape(one_line(text))


def _style_sheet(name: str) -> str:
    return resources.files("stigmer_doctor").joinpath("render", name).read_text(encoding="utf-8")
