"""What implements the Redactor port.

A hidden value becomes a token such as `<hidden 3>`; equal values get equal tokens, so that they can be compared.
Variables are learnt before any other text is cleaned, and `sweep` cleans once more what was collected before a secret
was known.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar
from urllib.parse import unquote

from stigmer_doctor.model.facts import Redaction
from stigmer_doctor.redaction.arguments import secret_spans
from stigmer_doctor.redaction.forms import forms
from stigmer_doctor.redaction.matcher import Matcher
from stigmer_doctor.redaction.names import SECRET_NAME
from stigmer_doctor.redaction.parts import parts
from stigmer_doctor.redaction.patterns import Suspect, spans
from stigmer_doctor.redaction.walk import mapped, strings
from stigmer_doctor.redaction.words import SHORTEST, names_a_place, occurs_otherwise

T = TypeVar("T")

LONGEST_ERROR = 500
_HIDDEN = "<hidden "
_MOST_FROM_TEXTS = 500
"""Secrets that are learnt from texts; of a log that names more, each is hidden in its place alone."""
_LONGEST_TAKEN_APART = 64 * 1024
_CLOSING = ")]}.:`"
_DEEPEST = 3
"""A file of credentials holds a key, and that one lines."""
TEXTS_APART = "\n" * 4
"""Between two texts that are looked at together: no expression reaches over it."""


class SecretRedactor:
    """Implements the Redactor port. `shown` is the allow-list of variable names (`*` at the end is a prefix);
    `vocabulary` are words of the report itself (host names, the container's name), never learnt as secrets."""

    def __init__(self, shown: Iterable[str], vocabulary: Iterable[str] = ()) -> None:
        names = tuple(shown)
        self._shown = frozenset(name for name in names if not name.endswith("*"))
        self._shown_prefixes = tuple(name[:-1] for name in names if name.endswith("*"))
        self._vocabulary = [word.lower() for word in vocabulary]
        self._shown_values: list[str] = []
        self._references: set[str] = set()
        self._tokens: dict[str, str] = {}
        self._learnt: dict[str, str] = {}
        self._weak: dict[str, str] = {}
        self._seen: set[str] = set()
        self._looked_at: set[str] = set()
        self._from_texts = 0
        self._weak_names: set[str] = set()
        self._matcher: Matcher | None = None
        self._counts: Counter[tuple[str, str]] = Counter()

    def environment(self, pairs: Mapping[str, str], where: str) -> dict[str, tuple[str, bool]]:
        """The value to show and whether it is hidden, by name. Learns every hidden value first."""
        self._shown_values.extend(value for name, value in pairs.items() if self._is_shown(name) and "@" not in value)
        for name, value in pairs.items():
            if not self._is_shown(name):
                self._learn(value, named=bool(SECRET_NAME.search(name)), name=name, listed=True)
        return {name: self._show(name, value, where) for name, value in pairs.items()}

    def text(self, text: str, where: str) -> str:
        """The text without any secret that was learnt or that looks like one."""
        return self._replace_learnt(self._replace_like(text, where), where)

    def reference(self, image: str, where: str) -> str:
        """The image's reference without secrets. It is remembered: its tag is none elsewhere, either."""
        self._references.add(image)
        return self.text(image, where)

    def error(self, error: Exception) -> str:
        """What an error says, without secrets, at a length that a report has room for."""
        return self.text(str(error), "errors")[:LONGEST_ERROR]

    def arguments(self, argv: Sequence[str], where: str) -> tuple[str, ...]:
        """The command line without secrets, also where only its place tells that an argument is one."""
        return tuple(
            self._argument(argument, found, where)
            for argument, found in zip(argv, secret_spans(argv, self._is_shown), strict=True)
        )

    def learn(self, fact: object) -> Iterable[str]:
        """Learn what looks like a secret in any of its strings, which are returned. A sweep does not look again at
        those that were looked at: to do so takes longer than all else that is done at the end of a check."""
        texts = dict.fromkeys(strings(fact))
        whole = TEXTS_APART.join(text for text in texts if text not in self._looked_at)
        self._looked_at.update(texts)
        for span in self._spans(whole, sentences=False):
            self._learn_from_text(whole[span.start : span.end])
        return texts

    def sweep(self, fact: T, where: str = "sweep") -> T:
        """The same structure with every secret that was learnt or looks like one replaced in all its strings."""
        texts = self.learn(fact)
        if not self._weak and not (self._learnt and self._matching().occurs(TEXTS_APART.join(texts))):
            return fact
        cleaned: T = mapped(fact, lambda text: self._replace_learnt(text, where))
        return cleaned

    def report(self) -> tuple[Redaction, ...]:
        """How often each rule hid something, and where."""
        return tuple(
            Redaction(rule=rule, where=where, count=count) for (rule, where), count in sorted(self._counts.items())
        )

    def _is_shown(self, name: str) -> bool:
        return name in self._shown or name.startswith(self._shown_prefixes or ("\0",))

    def _show(self, name: str, value: str, where: str) -> tuple[str, bool]:
        if self._is_shown(name):
            return self.text(value, where), False
        if not value:
            return "", False
        self._counts["not-on-the-allow-list", where] += 1
        return self._token(value), True

    def _token(self, value: str) -> str:
        return self._tokens.setdefault(value, f"{_HIDDEN}{len(self._tokens) + 1}>")

    # ---- what is learnt ----------------------------------------------------------------------------------------------

    def _learn(self, value: str, *, named: bool, name: str = "", listed: bool = False, depth: int = 0) -> None:
        """Remember a secret, in the forms in which it turns up elsewhere, and its parts. `named`: something says that
        it is one, such as the `name` of its variable; `listed`: it may be a list, a login or JSON. Words of the report
        are not learnt."""
        value = value.strip()
        if not value or value.startswith(_HIDDEN) or self._is_of_report(value, named=named):
            return
        if occurs_otherwise(value, named=named) or (not named and names_a_place(name, value)):
            self._weak.setdefault(value, self._token(value))
            self._weak_names.add(name)
        elif value not in self._learnt:
            self._remember(value)
        if depth < _DEEPEST and len(value) <= _LONGEST_TAKEN_APART:
            for part in self._parts(value, listed=listed, named=named):
                self._learn(part, named=True, listed=listed, depth=depth + 1)

    def _remember(self, value: str) -> None:
        token = self._token(value)
        for form in forms(value):
            if len(form) >= SHORTEST:
                self._learnt.setdefault(form, token)
        self._matcher = None

    def _learn_from_text(self, secret: str) -> None:
        if secret in self._seen or self._from_texts >= _MOST_FROM_TEXTS:
            return
        self._seen.add(secret)
        if not occurs_otherwise(secret.rstrip(_CLOSING), named=True):  # `token=None):` in a line of code
            self._from_texts += 1
            self._learn(secret, named=True)

    def _is_of_report(self, value: str, *, named: bool) -> bool:
        return any(value.lower() in word for word in self._vocabulary) or (
            not named and any(value in word for word in self._shown_values)
        )

    @staticmethod
    def _parts(value: str, *, listed: bool, named: bool) -> Iterator[str]:
        found = (
            *parts(value, listed=listed, named=named),
            *(value[span.start : span.end] for span in spans(value, sentences=False)),
        )
        yield from (part for part in found if part != value and len(part) >= SHORTEST)

    # ---- what is replaced --------------------------------------------------------------------------------------------

    def _argument(self, argument: str, found: list[tuple[int, int]], where: str) -> str:
        pieces: list[str] = []
        last = 0
        for start, end in found:
            secret = argument[start:end]
            self._learn(secret, named=True)
            self._counts["named-value", where] += 1
            pieces += (self.text(argument[last:start], where), self._token(secret))
            last = end
        return "".join((*pieces, self.text(argument[last:], where)))

    def _spans(self, text: str, *, sentences: bool = True) -> Iterator[Suspect]:
        """What looks like a secret, but for the tags of images: `token-service:v12` names no token."""
        names = [name for name in self._references if name in text]
        for span in spans(text, sentences=sentences):
            if span.rule != "named-value" or not any(_within(name, text, span) for name in names):
                yield span

    def _replace_like(self, text: str, where: str) -> str:
        pieces: list[str] = []
        last = 0
        for span in self._spans(text):
            secret = text[span.start : span.end]
            if secret.startswith(_HIDDEN):
                continue
            self._counts[span.rule, where] += 1
            if span.learn:
                self._learn_from_text(secret)
            if span.rule == "url-credentials" and ":" in secret:
                self._learn_from_text(unquote(secret).partition(":")[2])
            pieces += (text[last : span.start], self._token(secret))
            last = span.end
        return "".join((*pieces, text[last:]))

    def _replace_learnt(self, text: str, where: str) -> str:
        def count() -> None:
            self._counts["learnt-value", where] += 1

        if self._learnt:
            text = self._matching().replace(text, count)
        present = [word for word in self._weak if word in text]
        return self._replace_weak(text, present, count) if present else text

    def _matching(self) -> Matcher:
        self._matcher = self._matcher or Matcher(self._learnt)
        return self._matcher

    def _replace_weak(self, text: str, present: list[str], count: Callable[[], None]) -> str:
        """Short and common words: where they stand as the value of a secret's name, or, where they are too odd for a
        common word, of any name that is not an option's."""
        words = "|".join(map(re.escape, sorted(present, key=len, reverse=True)))

        def token(match: re.Match[str]) -> str:
            name, word = match["name"], match["word"]
            if not (name in self._weak_names or SECRET_NAME.search(name) or ("=" in match[0] and _odd(word))):
                return match[0]
            count()
            return match[0][: match.start("word") - match.start()] + self._weak[word]

        return re.sub(
            rf"(?<![\w-])(?P<name>[A-Za-z_][\w.]{{0,60}})[\"']?\s{{0,2}}[=:]\s{{0,2}}[\"']?(?P<word>{words})(?![\w./:-])",
            token,
            text,
        )


def _within(name: str, text: str, span: Suspect) -> bool:
    """Whether what was found stands in the name."""
    first = max(0, span.end - len(name))
    at = text.find(name, first, span.start + len(name))
    return at >= 0 and at <= span.start


def _odd(word: str) -> bool:
    """Whether a word is short, and has letters of both cases, or letters and digits."""
    if len(word) >= SHORTEST:
        return False
    letters = [char for char in word if char.isalpha()]
    return bool(letters) and (len(letters) < len(word) or not (word.islower() or word.isupper()))
