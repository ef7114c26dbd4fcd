"""The links as a picture for a page: the container, its services, and arrows with the addresses between them.

Colours are the style sheet's, which has them for light and for dark pages; heads and dashes say it without colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from stigmer_doctor.model.findings import ServiceStatus
from stigmer_doctor.render.clean import one_line, shorten
from stigmer_doctor.render.links import Row

_CLASSES = {ServiceStatus.ANSWERS: "answers", ServiceStatus.FAILS: "fails", ServiceStatus.NOT_ASKED: "unasked"}
# What a character takes, in units of the picture.
_CHARACTERS = {"title": 9, "more": 7, "address": 8, "result": 9}
_LINE = 20
_WIDTH, _CONTAINER, _SERVICE, _BOX, _PITCH = 840, 220, 540, 64, 84
_NARROW, _TOP, _NARROW_BOX, _NARROW_PITCH = 340, 44, 92, 104


def wide(container: str, rows: Sequence[Row]) -> str:
    """From left to right, with the address above the arrow and how it went below."""
    middle = len(rows) * _PITCH / 2
    drawn = [_box((0, middle - _BOX / 2, _CONTAINER, _BOX), container)]
    left, right = _CONTAINER + 50, _SERVICE - 10
    for number, row in enumerate(rows):
        y = (number + 0.5) * _PITCH
        drawn += [
            f'<g class="{_CLASSES[row.status]}">',
            f'<path d="M{_CONTAINER},{middle:g} C{left},{middle:g} {_CONTAINER},{y:g} {left},{y:g} L{right},{y:g}"/>',
            _head(row, right, y),
            _text((left + right) / 2, y - 8, row.address, "address", right - left),
            _text((left + right) / 2, y + 20, row.result, "result", right - left),
            _box((_SERVICE, y - _BOX / 2, _WIDTH - _SERVICE, _BOX), row.title, row.elsewhere),
            "</g>",
        ]
    return _picture("wide", (_WIDTH, len(rows) * _PITCH), container, rows, drawn)


def narrow(container: str, rows: Sequence[Row]) -> str:
    """From top to bottom, for a telephone: each service has its address in its box."""
    drawn = [_box((0, 0, _NARROW, _TOP), container)]
    for number, row in enumerate(rows):
        top = _TOP + 12 + number * _NARROW_PITCH
        y = top + _NARROW_BOX / 2
        drawn += [
            f'<g class="{_CLASSES[row.status]}">',
            f'<path d="M14,{_TOP} L14,{y:g} L36,{y:g}"/>',
            _head(row, 36, y),
            _box((46, top, _NARROW - 46, _NARROW_BOX), row.title, row.elsewhere, row.address, row.result),
            "</g>",
        ]
    return _picture("narrow", (_NARROW, _TOP + len(rows) * _NARROW_PITCH), container, rows, drawn)


def _picture(name: str, size: tuple[int, int], container: str, rows: Sequence[Row], drawn: Sequence[str]) -> str:
    said = "; ".join(" ".join(text for _, text in row.line[1:]) for row in rows)
    label = escape(one_line(f"{container}: {said}"))
    box = f"-2 -2 {size[0] + 4} {size[1] + 4}"
    return "\n".join((f'<svg class="{name}" viewBox="{box}" role="img" aria-label="{label}">', *drawn, "</svg>"))


def _box(place: tuple[float, float, float, float], *lines: str) -> str:
    x, y, width, height = place
    shown = [(line, kind) for line, kind in zip(lines, _CHARACTERS, strict=False) if line]
    first = y + height / 2 + 5 - (len(shown) - 1) * _LINE / 2
    texts = [_text(x + width / 2, first + n * _LINE, line, kind, width) for n, (line, kind) in enumerate(shown)]
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6"/>{"".join(texts)}'


def _text(x: float, y: float, text: str, kind: str, width: float) -> str:
    shown = escape(shorten(one_line(text), int(width / _CHARACTERS[kind])))
    return f'<text x="{x:g}" y="{y:g}" class="{kind}" text-anchor="middle">{shown}</text>'


def _head(row: Row, x: float, y: float) -> str:
    match row.status:
        case ServiceStatus.ANSWERS:
            return f'<path class="head" d="M{x - 2:g},{y - 6:g} l10,6 l-10,6 z"/>'
        case ServiceStatus.FAILS:
            return f'<path d="M{x - 8:g},{y - 7:g} l14,14 m0,-14 l-14,14"/>'
        case ServiceStatus.NOT_ASKED:
            return ""
