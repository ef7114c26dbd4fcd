"""The links as a Mermaid flowchart, which GitHub draws: the container, its services, and between them the addresses.

A label holds characters of a small alphabet only. Everything that could end it, or be a command, an icon, a link or
Markdown in it, is outside of that or is taken apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.findings import ServiceStatus
from stigmer_doctor.render.clean import shorten
from stigmer_doctor.render.links import Row

_FOREIGN = compiled_later(r"[^A-Za-z0-9 .,:/_()\[\]-]")
# Versions of Mermaid make lists of labels that begin like one, links of URLs, and icons of "fa:fa-name".
_LIST = compiled_later(r"^(?:[ -]|\d+[.)] )*")
_APART = compiled_later(r"(?<=:)(?=//|fa-)|(?<=www)(?=\.)", re.IGNORECASE)
_LABEL = 60
# Mermaid's own distances make the picture higher than the rest of the report.
_CLOSE = '%%{init: {"flowchart": {"nodeSpacing": 16, "rankSpacing": 40, "padding": 8, "wrappingWidth": 300}}}%%'
_ARROWS = {ServiceStatus.ANSWERS: "-->", ServiceStatus.FAILS: "--x", ServiceStatus.NOT_ASKED: "-.->"}
# Between the reds that GitHub has for light and for dark pages: it can be read on both.
_BROKEN = "stroke:#e5484d,stroke-width:3px"


def flowchart(container: str, rows: Sequence[Row]) -> str:
    """The diagram: broken links are red, crossed out, and say how they are broken."""
    return "\n".join(_lines(container, rows))


def _lines(container: str, rows: Sequence[Row]) -> Iterable[str]:
    yield _CLOSE
    yield "flowchart LR"
    yield f'  c["{label(container)}"]'
    for number, row in enumerate(rows):
        arrow = f'c {_ARROWS[row.status]}|"{label(row.address)}<br/>{label(row.result)}"|'
        here = f"<br/>{label(row.elsewhere)}" if row.elsewhere else ""
        yield f'  {arrow} s{number}["{label(row.title)}{here}"]'
    broken = [number for number, row in enumerate(rows) if row.broken]
    if broken:
        yield f"  linkStyle {','.join(map(str, broken))} {_BROKEN}"
        yield from (f"  style s{number} {_BROKEN}" for number in broken)


def label(text: str) -> str:
    """The text as a label, between quotes."""
    plain = _FOREIGN.sub("_", shorten(text, _LABEL).replace("\N{HORIZONTAL ELLIPSIS}", "..."))
    return _APART.sub(" ", _LIST.sub("", plain)).strip() or "_"
