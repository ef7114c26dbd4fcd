"""What looks like a secret, by the words around it or by its own shape.

Every expression has words without which it cannot match: where none of them occurs, it is not even compiled. Each
reads a text in linear time: what repeats is bounded wherever something has to follow it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from stigmer_doctor.redaction.token_formats import TOKEN_FORMATS
from stigmer_doctor.redaction.words import explains_itself

SECRET_WORDS = (
    r"secret|token|passw(?:or)?d|passphrase|api[_.-]?key|credential|private[_.-]?key|access[_.-]?key|auth[_.-]?key"
)
"""What a name that holds a secret is called."""

SAYS_WHERE = re.compile(
    r"(?:^|[_.-])(?:dir|directory|folder|path|file|queue|expiry|expires(?:_?(?:in|at))?|ttl|endpoint|ur[il]|host|port|name|type|count|limit)$",
    re.IGNORECASE,
)
"""How a name ends that tells of a secret where it is, or until when, and not the secret."""
_DATE = r"\d{4}-\d\d-\d\d(?:[T ]\d\d(?::\d\d)*(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)?(?![^\s\"',;&<>\])}])"
"""With which the next line of a log begins."""
_IS = r"[\"'\\]{0,3}\s{0,3}[=:]\s{0,3}[\"'\\]{0,3}"
_VALUE = r"[^\s\"',;&<>]"
_CALL = r"[A-Za-z_][\w.]{0,60}\([^()\r\n]{0,120}\)"
"""In a line of code what a name gets is not its value."""
_BEGIN = r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----"
_NAME = re.compile(rf"[A-Za-z_.]{{0,40}}(?:{SECRET_WORDS})[A-Za-z_.]{{0,40}}", re.IGNORECASE)
"""What is itself called a secret is the name of one: hidden there, and not wherever else it occurs."""
_END = re.compile(r"-----END [A-Z ]{0,30}PRIVATE KEY")
_KEY_LINE = re.compile(r"[A-Za-z0-9+/=]{4,}")
_LONGEST_KEY = 20_000


class Suspect(NamedTuple):
    """Where a secret stands in a text, and whether it is one wherever else it occurs."""

    start: int
    end: int
    rule: str
    learn: bool = True


class _Rule(NamedTuple):
    """An expression whose group `secret` is one; the group `prose` says that it may be a word of a sentence. `words`
    are in lower case."""

    name: str
    words: tuple[str, ...]
    expression: str
    flags: re.RegexFlag = re.IGNORECASE

    @property
    def prose(self) -> bool:
        return "(?P<prose>" in self.expression


_RULES = (
    _Rule(
        "url-credentials",
        ("://",),
        r"(?<=[a-z0-9])://(?P<secret>[^/\s@'\"?#]{1,400}(?:@[^/\s@'\"?#:]{1,400}(?=@))?)@",
    ),
    _Rule(
        "private-key",
        ("private key",),
        rf"{_BEGIN}(?P<secret>(?:[^-]|-(?!----)){{1,{_LONGEST_KEY}}})-----END [A-Z ]{{0,30}}PRIVATE KEY",
        re.RegexFlag(0),
    ),
    _Rule(  # cut off somewhere: as many lines as belong to a key
        "private-key",
        ("private key",),
        rf"{_BEGIN}(?P<secret>(?:(?:\\n|\r?\n)(?:[A-Za-z-]{{1,30}}: [^\r\n\\]{{0,200}}|[A-Za-z0-9+/=]*"
        r"(?![^\s\\\"'])))+)",
        re.RegexFlag(0),
    ),
    _Rule(
        "authorization",
        ("authorization",),
        rf"authorization{_IS}(?:(?:bearer|basic|digest|token|api-?key|negotiate|key)\s{{1,3}}|(?={_VALUE}{{0,60}}\d))"
        rf"(?!<hidden|{_DATE}|(?:bearer|basic|digest)\b)(?P<secret>{_VALUE}{{6,}})",
    ),
    _Rule("authorization", ("bearer", "basic"), r"\b(?:bearer|basic)\s{1,8}(?P<secret>[A-Za-z0-9._~+/=-]{8,})"),
    _Rule("cookie", ("cookie",), rf"cookie{_IS}(?!<hidden)(?=[^\r\n=\"]{{1,200}}=)(?P<secret>[^\s\"][^\r\n\"]{{3,}})"),
    _Rule(
        "curl-user",
        ("curl",),
        r"\bcurl\b(?:(?!curl)[^\r\n]){0,200}?\s(?:-u|--user)[ =]?[\"']?"
        r"[^\s:\"']{0,60}:(?!<hidden)(?P<secret>[^\s\"']{1,})",
        re.RegexFlag(0),
    ),
    _Rule(
        "program-password",
        ("mysql", "mariadb", "sshpass"),
        r"\b(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump|sshpass)\b(?:(?!mysql|mariadb|sshpass)[^\r\n]){0,200}?\s-p(?!<hidden)"
        r"(?P<secret>[^\s\"']{1,})",
        re.RegexFlag(0),
    ),
    _Rule(
        "named-value",
        ("secret", "token", "passw", "passphrase", "api", "credential", "private", "access", "auth"),
        rf"(?:{SECRET_WORDS})(?P<rest>[\w.-]{{0,40}}+)(?:{_IS}|(?P<prose>[^\S\r\n]{{1,20}})(?=\S{{8,}})[\"']?)"
        rf"(?!<hidden|{_DATE}|{_CALL})(?P<secret>{_VALUE}{{4,}})",
    ),
    _Rule(
        "named-value",
        ("key=", "sig=", "jwt="),
        r"[?&](?:key|sig|jwt)=(?!<hidden)(?P<secret>[^\s&\"'<>]{6,})",
    ),
    _Rule(  # names that have other meanings as well: a folder, a result, a kind of login
        "named-value",
        ("pwd", "pass", "auth", "sig"),
        rf"(?:(?<![a-z])(?:pwd|auth|sig|signature)(?=[\"'\\]{{0,3}}\s{{0,3}}[=:])|(?<![a-z])pass(?==)|(?-i:(?<![a-z])[Pp]ass))"
        rf"{_IS}(?!<hidden|/|{_DATE})(?={_VALUE}{{0,60}}\d)(?={_VALUE}{{0,60}}[a-z])(?P<secret>{_VALUE}{{4,}})",
    ),
)


def spans(text: str, *, sentences: bool = True) -> list[Suspect]:
    """Where the text has what looks like a secret, in their order, none within another. `sentences`: the words behind
    the name of a secret may be one, too."""
    lower = text.lower()
    found = [*_ruled(text, lower, sentences), *_shaped(text)]
    if "private key" in lower:
        found += _beheaded_keys(text)
    return _outermost(found)


def _ruled(text: str, lower: str, sentences: bool) -> Iterator[Suspect]:
    for rule in _RULES:
        if any(word in lower for word in rule.words):
            for match in _compiled(rule.expression, rule.flags).finditer(text):
                if "rest" in match.re.groupindex and _tells_of_one(match["rest"], match["secret"]):
                    continue
                prose = rule.prose and match["prose"] is not None
                if sentences or not prose:
                    yield Suspect(*match.span("secret"), rule.name, _is_learnt(match["secret"], prose=prose))


def _shaped(text: str) -> Iterator[Suspect]:
    for known, expression in TOKEN_FORMATS.items():
        if known in text:
            pattern = _compiled(f"(?<![A-Za-z0-9])(?:{expression})", re.RegexFlag(0))
            yield from (Suspect(*match.span(), "known-token-format") for match in pattern.finditer(text))


def _beheaded_keys(text: str) -> Iterator[Suspect]:
    """The lines before the end of a key whose beginning is not there."""
    last = 0
    for end in _END.finditer(text):
        start = end.start()
        lines = text[max(last, start - _LONGEST_KEY) : start].splitlines(keepends=True)
        while lines and _KEY_LINE.fullmatch(lines[-1].strip()):
            start -= len(lines.pop())
        if start < end.start():
            yield Suspect(start, end.start(), "private-key")
        last = end.end()


def _outermost(found: list[Suspect]) -> list[Suspect]:
    kept: list[Suspect] = []
    for span in sorted(found, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
        elif span.end > kept[-1].end:
            kept[-1] = kept[-1]._replace(end=span.end)
    return kept


def _tells_of_one(rest: str, value: str) -> bool:
    """Whether a name that goes on so after its word says where a secret is, or how many there are."""
    return bool(SAYS_WHERE.search(rest)) or explains_itself(value) or (rest.lower() == "s" and value.isdigit())


def _is_learnt(secret: str, *, prose: bool) -> bool:
    return _random(secret) if prose else not _NAME.fullmatch(secret)


def _random(text: str) -> bool:
    """Whether it has letters and digits, as words have not."""
    return any(map(str.isalpha, text)) and any(map(str.isdigit, text))


@cache
def _compiled(expression: str, flags: re.RegexFlag) -> re.Pattern[str]:
    return re.compile(expression, flags)
