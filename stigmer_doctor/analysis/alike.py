"""What was probably meant by a name that nobody knows."""

from __future__ import annotations

from collections.abc import Iterable

_ALIKE = 0.6
"""How alike two words must be to be taken for each other, from 0 to 1: difflib's own default."""
_AT_MOST = 3


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """A question that names what was probably meant, or `otherwise` where nothing is near."""
    near = nearest(word, known)
    return f"did you mean {' or '.join(near)}?" if near else otherwise


def nearest(word: str, known: Iterable[str]) -> list[str]:
    """The known names, 3 at most, of which the word is the beginning; else the one that it misspells; else those that
    it abbreviates."""
    names = {name.lower(): name for name in known}
    asked = word.lower()
    begun = [name for name in names if asked.strip("-") and name.startswith(asked)]
    found = begun or by_likeness(asked, names)[:1] or [name for name in names if _abbreviates(asked, name)]
    return [names[name] for name in found[:_AT_MOST]]


def by_likeness(word: str, known: Iterable[str]) -> list[str]:
    """The names that the word could misspell, the most likely first."""
    from difflib import get_close_matches  # only where there was a mistake

    names = list(known)
    return get_close_matches(word, names, n=len(names) or 1, cutoff=_ALIKE)


def _abbreviates(short: str, name: str) -> bool:
    """Whether the letters of `short` stand in `name` in that order, from its first one on: "md", "ctx"."""
    wanted, letters = short.lstrip("-"), iter(name.lstrip("-"))
    return len(wanted) > 1 and name.lstrip("-")[:1] == wanted[0] and all(letter in letters for letter in wanted)
