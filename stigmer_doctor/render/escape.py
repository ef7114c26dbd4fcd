"""Data inside Markdown: it stays text, whatever it holds, and mentions, links and closes nothing."""

from __future__ import annotations

import re
import string

from stigmer_doctor.render.clean import one_line

_MARKUP = str.maketrans(
    {char: f"\\{char}" for char in "\\`*_[]~$"} | {"<": "&lt;", ">": "&gt;", "&": "&amp;", "|": "&#124;"}
)
_ENTITIES = str.maketrans({char: f"&#{ord(char)};" for char in string.punctuation})
_BACKTICKS = re.compile(r"`+")
# GitHub links these after Markdown was rendered, so that escaping them is not enough: @name, #1, GH-1, a URL.
_LINKED = re.compile(r"(@|#|\bGH-|://|\bwww\.)", re.IGNORECASE)
_ZERO_WIDTH_SPACE = "\N{ZERO WIDTH SPACE}"


def prose(text: str) -> str:
    """The text for a paragraph or a table cell."""
    return _unlinked(one_line(text)).translate(_MARKUP)


def code(text: str) -> str:
    """The text as a code span, also in a table cell, where no backslash helps against a pipe."""
    shown = one_line(text)
    if "|" in shown or "`" in shown or "\\" in shown or not shown.strip():
        return f"<code>{_unlinked(shown).translate(_ENTITIES)}</code>"
    return f"`{shown}`"


def block(text: str, language: str = "", indent: str = "") -> str:
    """The lines as a fenced block."""
    mark = "`" * fence_length(text)
    return "\n".join(f"{indent}{line}" for line in (f"{mark}{language}", *text.split("\n"), mark))


def fence_length(text: str) -> int:
    """Longer than any run of backticks in the text, so that nothing in it closes the block."""
    return max(3, 1 + max((len(run) for run in _BACKTICKS.findall(text)), default=0))


def _unlinked(text: str) -> str:
    return _LINKED.sub(lambda found: found[0] + _ZERO_WIDTH_SPACE, text)
