"""What a terminal shows of a report, as SVG: the README's picture. `make docs` writes it again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from stigmer_doctor.render.renderer import Display, Report
from tests.render.samples import printed

_SGR = re.compile(r"\x1b\[([0-9;]*)m")
_CLASSES = {"1": "b", "31": "r", "32": "g", "35": "m"}
_CHARACTER, _LINE, _MARGIN = 8.43, 18, 14
_STYLE = """\
text { font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #1f2328; white-space: pre; }
rect { fill: #ffffff; stroke: #d1d9e0; }
.b { font-weight: 700; } .r { fill: #c4271b; } .g { fill: #1a7f37; } .m { fill: #8250df; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; } rect { fill: #0d1117; stroke: #3d444d; }
  .r { fill: #ff7b72; } .g { fill: #3fb950; } .m { fill: #d2a8ff; }
}"""


def terminal(report: Report, *, width: int = 80, most: int = 1000) -> str:
    """The first `most` lines of the text report in a terminal of that width, in colour."""
    lines = printed("text", report, Display(width=width, color=True)).splitlines()[:most]
    across = round(max(width, *(len(_SGR.sub("", line)) for line in lines)) * _CHARACTER) + 2 * _MARGIN
    down = len(lines) * _LINE + 2 * _MARGIN
    texts = [
        f'<text x="{_MARGIN}" y="{_MARGIN + (number + 0.75) * _LINE:g}">{"".join(_spans(line))}</text>'
        for number, line in enumerate(lines)
    ]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across} {down}" width="{across}" height="{down}">'
    frame = f'<rect x="0.5" y="0.5" width="{across - 1}" height="{down - 1}" rx="8"/>'
    return "\n".join((head, f"<style>{_STYLE}</style>", frame, *texts, "</svg>", ""))


def _spans(line: str) -> Iterator[str]:
    """The line, its styles as classes."""
    style = ""
    for number, part in enumerate(_SGR.split(line)):
        if number % 2:
            style = " ".join(_CLASSES[code] for code in part.split(";") if code in _CLASSES)
        elif part:
            yield f'<tspan class="{style}">{escape(part)}</tspan>' if style else escape(part)
