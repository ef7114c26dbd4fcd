"""Finds many strings at once, without regard to case."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

_MOST_LOOKS = 2**27
"""Characters times strings, from which on it pays to look first which strings can be there."""
_GRAM = 4


class Hit(msgspec.Struct, frozen=True, order=True):
    """Where something was found, and what it is replaced by."""

    start: int
    end: int
    token: str


class Matcher:
    """Replaces the keys wherever they occur by what is said for them; what overlaps is replaced as one. Keys have four
    characters or more."""

    def __init__(self, tokens: Mapping[str, str]) -> None:
        self._tokens = {fold(form): token for form, token in tokens.items()}

    def occurs(self, text: str) -> bool:
        """Whether any of them does."""
        return bool(self._present(fold(text)))

    def replace(self, text: str, found: Callable[[], None]) -> str:
        """The text with tokens; calls `found` for each."""
        folded = fold(text)
        hits = sorted(hit for form in self._present(folded) for hit in self._hits(folded, form))
        if not hits:
            return text
        pieces: list[str] = []
        last = 0
        for hit in _merged(hits):
            found()
            pieces += (text[last : hit.start], hit.token)
            last = hit.end
        return "".join((*pieces, text[last:]))

    def _present(self, folded: str) -> list[str]:
        forms = self._tokens.keys()
        if len(folded) * len(forms) > _MOST_LOOKS:
            grams = {folded[at : at + _GRAM] for at in range(len(folded))}
            return [form for form in forms if form[:_GRAM] in grams and form[-_GRAM:] in grams and form in folded]
        return [form for form in forms if form in folded]

    def _hits(self, folded: str, form: str) -> list[Hit]:
        hits, at, token = [], folded.find(form), self._tokens[form]
        while at >= 0:
            hits.append(Hit(at, at + len(form), token))
            at = folded.find(form, at + len(form))
        return hits


def _merged(hits: list[Hit]) -> list[Hit]:
    """The sorted hits without overlaps: those that share a character are one, called by the longest of them."""
    merged: list[Hit] = []
    longest = 0
    for hit in hits:
        if not merged or hit.start >= merged[-1].end:
            merged.append(hit)
            longest = hit.end - hit.start
            continue
        last, length = merged[-1], hit.end - hit.start
        merged[-1] = Hit(last.start, max(last.end, hit.end), hit.token if length > longest else last.token)
        longest = max(longest, length)
    return merged


def fold(text: str) -> str:
    """In lower case, and of the same length."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(map(_fold, text))


def _fold(char: str) -> str:
    lower = char.lower()
    return lower if len(lower) == 1 else char
