"""Data inside Markdown: it stays text, whatever it holds, and mentions, links and closes nothing."""

from __future__ import annotations

import re
import string

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.render.clean import one_line

_MARKUP = str.maketrans(
    {char: f"\\{char}" for char in "\\`*_[]~$"} | {"<": "&lt;", ">": "&gt;", "&": "&amp;", "|": "&#124;"}
)
_ENTITIES = str.maketrans({char: f"&#{ord(char)};" for char in string.punctuation})
_BACKTICKS = compiled_later(r"`+")
# GitHub links these after Markdown was rendered, so that escaping them is not enough, but leaves code alone: @name, #1,
# GH-1, a URL, the id of a commit. Nothing invisible is put between: who copies the text would copy that too.
_LINKED = compiled_later(r"[@#]|\bGH-|://|\bwww\.", re.IGNORECASE)
_COMMIT = compiled_later(r"[0-9a-f]{7,40}", re.IGNORECASE)
_AROUND = ".,:;!?()[]{}<>\"'"


def prose(text: str) -> str:
    """The text for a paragraph or a table cell; words that GitHub would link stand in code."""
    return " ".join(map(_word, one_line(text).split(" ")))


def _word(word: str) -> str:
    core = word.strip(_AROUND)
    if not (_LINKED.search(core) or _COMMIT.fullmatch(core)):
        return word.translate(_MARKUP)
    before, _, after = word.partition(core)
    return before.translate(_MARKUP) + code(core) + after.translate(_MARKUP)


def code(text: str) -> str:
    """The text as a code span, also in a table cell, where no backslash helps against a pipe."""
    shown = one_line(text)
    if "|" in shown or "`" in shown or "\\" in shown or not shown.strip():
        return f"<code>{shown.translate(_ENTITIES)}</code>"
    return f"`{shown}`"


def block(text: str, language: str = "", indent: str = "") -> str:
    """The lines as a fenced block."""
    mark = "`" * fence_length(text)
    return "\n".join(f"{indent}{line}" for line in (f"{mark}{language}", *text.split("\n"), mark))


def fence_length(text: str) -> int:
    """Longer than any run of backticks in the text, so that nothing in it closes the block."""
    return max(3, 1 + max((len(run) for run in _BACKTICKS.findall(text)), default=0))
