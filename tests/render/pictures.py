"""What a terminal shows of a report, as SVG: the README's picture, which `make docs` writes again, and `make pictures`,
a page of all widths and colours for somebody who looks at them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

from stigmer_doctor.render.renderer import Display, Report
from tests.render.golden import WHOLE, diagnosed
from tests.render.samples import printed

_SGR = re.compile(r"\x1b\[([0-9;]*)m")
_CLASSES = {"1": "b", "31": "r", "32": "g", "35": "m"}
_CHARACTER, _LINE, _MARGIN = 8.43, 18, 14
_LIGHT = """\
text { font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #1f2328; white-space: pre; }
rect { fill: #ffffff; stroke: #d1d9e0; }
.b { font-weight: 700; } .r { fill: #c4271b; } .g { fill: #1a7f37; } .m { fill: #8250df; }"""
_DARK = """\
  text { fill: #e6edf3; } rect { fill: #0d1117; stroke: #3d444d; }
  .r { fill: #ff7b72; } .g { fill: #3fb950; } .m { fill: #d2a8ff; }"""
_AS_THE_READER_HAS_IT = f"{_LIGHT}\n@media (prefers-color-scheme: dark) {{\n{_DARK}\n}}"
_WIDTHS = (40, 60, 80, 120)
_SCHEMES = {
    "light": (_LIGHT, Display(color=True)),
    "dark": (f"{_LIGHT}\n{_DARK}", Display(color=True)),
    "no-color": (f"{_LIGHT}\n{_DARK}", Display()),
    "ascii": (_LIGHT, Display(unicode=False)),
}
"""A terminal's background, and what is shown on it."""


def terminal(
    report: Report,
    *,
    display: Display = Display(color=True),  # noqa: B008 - frozen
    style: str = _AS_THE_READER_HAS_IT,
    most: int = 1000,
) -> str:
    """The first `most` lines of the text report in a terminal of the display's width."""
    lines = printed("text", report, display).splitlines()[:most]
    width = display.width
    across = round(max(width, *(len(_SGR.sub("", line)) for line in lines)) * _CHARACTER) + 2 * _MARGIN
    down = len(lines) * _LINE + 2 * _MARGIN
    texts = [
        f'<text x="{_MARGIN}" y="{_MARGIN + (number + 0.75) * _LINE:g}">{"".join(_spans(line))}</text>'
        for number, line in enumerate(lines)
    ]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across} {down}" width="{across}" height="{down}">'
    frame = f'<rect x="0.5" y="0.5" width="{across - 1}" height="{down - 1}" rx="8"/>'
    return "\n".join((head, f"<style>{style}</style>", frame, *texts, "</svg>", ""))


def _spans(line: str) -> Iterator[str]:
    """The line, its styles as classes."""
    style = ""
    for number, part in enumerate(_SGR.split(line)):
        if number % 2:
            style = " ".join(_CLASSES[code] for code in part.split(";") if code in _CLASSES)
        elif part:
            yield f'<tspan class="{style}">{escape(part)}</tspan>' if style else escape(part)


def pictures(name: str) -> Iterator[tuple[str, str]]:
    """Every picture of a recorded scenario by its file's name."""
    for width in _WIDTHS:
        for scheme, (style, display) in _SCHEMES.items():
            picture = terminal(diagnosed(name), display=display._replace(width=width), style=style)
            yield f"{name}-{width}-{scheme}.svg", picture


def write(folder: Path) -> None:
    """All of them, and a page for each scenario that shows them side by side."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in WHOLE:
        written = dict(pictures(name))
        for file, picture in written.items():
            (folder / file).write_text(picture, encoding="utf-8")
        images = "\n".join(
            f'<img src="{file}" alt="{file}" style="vertical-align: top; margin: 6px">' for file in written
        )
        (folder / f"{name}.html").write_text(f"<!doctype html>\n<title>{name}</title>\n{images}\n", encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
