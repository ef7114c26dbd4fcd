"""Hides secrets: values by allow-list, then every learnt value wherever it occurs, then what looks like one.

A hidden value becomes a token such as `<hidden 3>`; equal values get equal tokens, so that they can be compared.
Variables are learnt before any other text is cleaned, and `sweep` cleans once more what was collected before a secret
was known.
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote, unquote

import msgspec

from stigmer_doctor.model.facts import Redaction

T = TypeVar("T")

SECRET_WORDS = (
    r"secret|token|passw(?:or)?d|passphrase|api[_.-]?key|credential|private[_.-]?key|access[_.-]?key|auth[_.-]?key"
)
"""What a name that holds a secret is called."""

_SECRET_NAME = re.compile(
    rf"{SECRET_WORDS}|(?:^|_)(?:KEY|PASS|PW|PWD|PAT|DSN|SALT|COOKIE|AUTH|JWT)(?:_|$)", re.IGNORECASE
)
_DATE = r"\d{4}-\d\d-\d\d(?!\w*[A-SU-Za-z])"
"""With which the next line of a log begins."""
_USERINFO = re.compile(r"(?P<scheme>\b[a-z][a-z0-9+.-]{0,20}://)(?P<secret>[^/\s@'\"]{1,400})@", re.IGNORECASE)
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "private-key",
        re.compile(
            r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?P<secret>.{1,20000}?)-----END [A-Z ]{0,30}PRIVATE KEY-----",
            re.DOTALL,
        ),
    ),
    ("authorization", re.compile(r"\b(?:bearer|basic)\s+(?P<secret>[A-Za-z0-9._~+/=-]{8,})", re.IGNORECASE)),
    (
        "known-token-format",
        re.compile(
            r"\b(?P<secret>sk-[A-Za-z0-9_-]{16,}|sk_live_[A-Za-z0-9]{16,}|gh[opsur]_[A-Za-z0-9]{20,}|github_pat_\w{20,}"
            r"|glpat-[\w-]{16,}|xox[abeprs]-[\w-]{10,}|A(?:KIA|SIA)[0-9A-Z]{16}|AIza[\w-]{30,}|hf_[A-Za-z0-9]{20,}"
            r"|eyJ[\w-]{8,}\.eyJ[\w-]{8,}(?:\.[\w-]*)?)"
        ),
    ),
    (
        "named-value",
        re.compile(
            rf"(?:{SECRET_WORDS})[\w.-]{{0,40}}[\"']?(?:\s{{0,3}}[=:]\s{{0,3}}|(?P<prose>[^\S\r\n]+)(?=\S{{8,}}))[\"']?"
            rf"(?!<hidden|{_DATE})(?P<secret>[^\s\"',;&<>]{{4,}})",
            re.IGNORECASE,
        ),
    ),
)
_LIKE_A_SECRET = re.compile(r"(?=.*[a-z])(?=.*\d)", re.IGNORECASE)
_SECRET_FLAG = re.compile(rf"^--?[\w.-]{{0,40}}(?:{SECRET_WORDS})[\w.-]{{0,40}}$", re.IGNORECASE)
_SHORTEST_NAMED = 4
_SHORTEST_OTHER = 8
_SHORTEST_LINE = 16


class SecretRedactor:
    """Implements the Redactor port. `shown` is the allow-list of variable names (`*` at the end is a prefix);
    `vocabulary` are words of the report itself (host names, the container's name), never learnt as secrets."""

    def __init__(self, shown: Iterable[str], vocabulary: Iterable[str] = ()) -> None:
        names = tuple(shown)
        self._shown = frozenset(name for name in names if not name.endswith("*"))
        self._shown_prefixes = tuple(name[:-1] for name in names if name.endswith("*"))
        self._vocabulary = list(vocabulary)
        self._tokens: dict[str, str] = {}
        self._learnt: dict[str, str] = {}
        self._matcher: re.Pattern[str] | None = None
        self._counts: Counter[tuple[str, str]] = Counter()

    def environment(self, pairs: Mapping[str, str], where: str) -> dict[str, tuple[str, bool]]:
        """The value to show and whether it is hidden, by name. Learns every hidden value first."""
        self._vocabulary.extend(value for name, value in pairs.items() if self._is_shown(name) and "@" not in value)
        for name, value in pairs.items():
            if not self._is_shown(name):
                self._learn(value, _SHORTEST_NAMED if _SECRET_NAME.search(name) else _SHORTEST_OTHER)
        return {name: self._show(name, value, where) for name, value in pairs.items()}

    def text(self, text: str, where: str) -> str:
        """The text without any secret that was learnt or that looks like one."""
        for rule, pattern in (("url-credentials", _USERINFO), *_PATTERNS):
            text = pattern.sub(partial(self._replace_group, rule, where), text)
        return self._replace_learnt(text, where)

    def arguments(self, argv: Sequence[str], where: str) -> tuple[str, ...]:
        """The command line without secrets, also where the value is an argument of its own."""
        shown: list[str] = []
        for index, argument in enumerate(argv):
            if index and _SECRET_FLAG.match(argv[index - 1]):
                self._learn(argument, _SHORTEST_NAMED)
                self._counts["named-value", where] += 1
                shown.append(self._token(argument))
            else:
                shown.append(self.text(argument, where))
        return tuple(shown)

    def sweep(self, fact: T, where: str = "sweep") -> T:
        """The same structure with every learnt secret replaced in all its strings."""
        if not self._learnt:
            return fact
        cleaned: T = self._walk(fact, where)
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
        return self._tokens.setdefault(value, f"<hidden {len(self._tokens) + 1}>")

    def _learn(self, value: str, shortest: int) -> None:
        """Remember a secret, in the forms in which it turns up elsewhere. Short values and words of the report are
        not learnt: replacing them everywhere would garble it."""
        value = value.strip()
        if len(value) < shortest or value.startswith("<hidden ") or any(value in word for word in self._vocabulary):
            return
        token = self._token(value)
        lines = [line.strip() for line in value.splitlines()] if "\n" in value else []
        for form in (value, *_encodings(value), *(line for line in lines if len(line) >= _SHORTEST_LINE)):
            self._learnt.setdefault(form, token)
        self._matcher = None

    def _replace_group(self, rule: str, where: str, match: re.Match[str]) -> str:
        secret = match["secret"]
        if secret.startswith("<hidden "):
            return match[0]
        self._counts[rule, where] += 1
        # Behind a mere blank may stand the next word of a sentence: hidden there, and not wherever else it occurs.
        if not match.groupdict().get("prose") or _LIKE_A_SECRET.match(secret):
            self._learn(secret, _SHORTEST_OTHER)
        if rule == "url-credentials":
            _, _, password = unquote(secret).partition(":")
            self._learn(password, _SHORTEST_NAMED)
        start, end = match.span("secret")
        return match[0][: start - match.start()] + self._token(secret) + match[0][end - match.start() :]

    def _replace_learnt(self, text: str, where: str) -> str:
        if not self._learnt:
            return text
        matcher = self._matcher
        if matcher is None:
            longest_first = sorted(self._learnt, key=len, reverse=True)
            matcher = self._matcher = re.compile("|".join(map(re.escape, longest_first)))

        def token(match: re.Match[str]) -> str:
            self._counts["learnt-value", where] += 1
            return self._learnt[match[0]]

        return matcher.sub(token, text)

    def _walk(self, value: Any, where: str) -> Any:
        if type(value) is str:
            return self._replace_learnt(value, where)
        if isinstance(value, tuple):
            return tuple(self._walk(item, where) for item in value)
        if isinstance(value, msgspec.Struct):
            before = {name: getattr(value, name) for name in value.__struct_fields__}
            after = {name: self._walk(item, where) for name, item in before.items()}
            changed = {name: item for name, item in after.items() if item is not before[name]}
            return msgspec.structs.replace(value, **changed) if changed else value
        return value


def _encodings(value: str) -> tuple[str, ...]:
    """The forms in which a value appears in URLs, headers and JSON."""
    raw = value.encode("utf-8", "surrogateescape")
    encoded = {
        quote(value, safe="", errors="surrogateescape"),
        base64.b64encode(raw).decode().rstrip("="),
        base64.urlsafe_b64encode(raw).decode().rstrip("="),
        msgspec.json.encode(value).decode()[1:-1] if value.isprintable() else value,
    }
    return tuple(sorted(encoded - {value}))
