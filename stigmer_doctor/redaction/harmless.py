"""Which facts need no sweep, where many snapshots are looked at one after another."""

from __future__ import annotations

from typing import Any

from stigmer_doctor.redaction.patterns import spans
from stigmer_doctor.redaction.redactor import TEXTS_APART
from stigmer_doctor.redaction.walk import strings

_MOST_TEXTS = 20_000
_LONGEST = 500
_ENDS_OF_A_KEY = ("-----BEGIN ", "-----END ")
"""Its lines, which are texts of their own, show what they are together with these."""


class HarmlessTexts:
    """Texts that were looked at and show nothing that looks like a secret: most of those of a snapshot stood in the one
    before as well."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def covers(self, fact: Any) -> bool:
        """Whether a new redactor's sweep would leave the structure as it is. Where it says that it would not, it is not
        known."""
        unknown = [text for text in dict.fromkeys(strings(fact)) if text not in self._known]
        whole = TEXTS_APART.join(unknown)
        if any(end in whole for end in _ENDS_OF_A_KEY) or spans(whole, sentences=False):
            return False
        if len(self._known) > _MOST_TEXTS:
            self._known.clear()
        self._known.update(text for text in unknown if len(text) <= _LONGEST)
        return True
