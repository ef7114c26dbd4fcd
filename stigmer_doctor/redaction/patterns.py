"""What looks like a secret, by the words around it or by its own shape.

Every expression has words without which it cannot match: where none of them occurs, it is not even compiled. Each
reads a text in linear time: what repeats is bounded wherever something has to follow it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from stigmer_doctor.redaction.matcher import fold
from stigmer_doctor.redaction.names import SAYS_WHERE, SECRET_WORDS
from stigmer_doctor.redaction.token_formats import TOKEN_FORMATS
from stigmer_doctor.redaction.words import COMMON, explains_itself, is_own

_DATE = r"\d{4}-\d\d-\d\d(?:[T ]\d\d(?::\d\d)*(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)?(?![^\s\"',;&<>\])}])"
"""With which the next line of a log begins."""
_IS = (
    r"[\"'\\]{0,3}\s{0,3}(?:=>|->|:=|::|[=:]|(?<=[\"']),)\s{0,3}(?:[|>][+-]?\s{1,12})?"
    r"(?:(?:Some|SecretStr|Secret)\(|!!?\w{1,20}\s|&\w{1,20}\s)?[\"'\\\[]{0,3}"
)
_VALUE = r"[^\s\"',;&<>]"
_CALL = r"[A-Za-z_][\w.]{0,60}\([^()\r\n]{0,120}\)"
"""In a line of code what a name gets is not its value."""
_BEGIN = r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----"
_NAME = re.compile(rf"[A-Za-z_.]{{0,40}}(?:{SECRET_WORDS})[A-Za-z_.]{{0,40}}", re.IGNORECASE)
"""What is itself called a secret is the name of one: hidden there, and not wherever else it occurs."""
_END = re.compile(r"-----END [A-Z ]{0,30}PRIVATE KEY")
_KEY_LINE = re.compile(r"[A-Za-z0-9+/=]{4,}")
_LONGEST_KEY = 20_000
_CLOSING = ")]}.,:;`'\""
_NONE = frozenset({"null", "none", "true", "false", "undefined", "unset", "<nil", "(nil", "missing", "empty"})
_REFERENCE = re.compile(r"\$[A-Z][A-Z0-9_]+|\$\{[A-Za-z_]\w{0,60}(?:\}|:?[?+].{0,200})|\$\([^)]{0,60}\)?")
"""A variable that a shell or compose fills in, without a value for where it is not set."""
_NOUN = re.compile(r"-[a-z][a-z-]{1,38}(?:-\d{1,3})?")
_OF_A_VALUE = re.compile(r"-(?:value|id|data|string|plain|raw|hash|key|pair|v\d)$")
_TAG = re.compile(r"\w[\w.-]{0,60}(?:@sha256)?(?::\d{1,5})?")


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


_AFTER_A_NAME = (
    _Rule(  # in quotes it may have blanks
        "named-value",
        ('="', "='", '= "', "= '", ':"', ":'", ': "', ": '", '\\"'),
        r"(?P<rest>[\w-]{0,40}+)[\"'\\]{0,3}\s{0,3}[=:]\s{0,3}"
        r"(?P<quote>\\?[\"'])(?!<hidden)(?P<secret>[^\r\n\"'\\]{1,200}[ ,;&][^\r\n\"'\\]{1,200})(?P=quote)",
    ),
    _Rule(
        "named-value",
        ("",),
        rf"(?P<rest>[\w.-]{{0,40}}+)(?: (?:provided|given|received|used)(?=:))?"
        rf"(?:{_IS}|(?P<prose>[^\S\r\n]{{1,20}}(?:is:?[^\S\r\n](?=\S{{0,60}}\d))?)(?!--)(?=\S{{8,}})[\"']?)"
        rf"(?!<hidden|{_DATE}|{_CALL})(?P<secret>{_VALUE}{{4,}})",
    ),
    _Rule(  # elements and attributes of XML, parts of a form
        "named-value",
        ("</", "value=", "value =", "form-data"),
        r"(?P<rest>[\w.-]{0,40}+)"
        r"(?:[\"']\s{1,3}value\s?=\s?[\"']|(?:\s[^<>\r\n]{0,100})?>(?=[^<>\r\n]{1,400}</)|\\?\"(?:\r?\n){2})"
        r"(?!<hidden)(?P<secret>[^\"'<>\r\n]{4,400})",
    ),
)
"""What stands behind the name of a secret."""

_RULES = (
    _Rule(
        "url-credentials",
        ("://",),
        r"(?<=[a-z0-9])://(?P<secret>[^/\s@'\"?#]{1,400}(?:@[^/\s@'\"?#:]{1,400}(?=@))?"
        # a password that has a slash: what begins like a port is a path
        r"|[^/\s@'\"?#:]{0,100}:(?!/|\d{1,5}/)[^\s@'\"?#:]{1,200}+(?=@[\w.-]{1,200}(?::\d|/|[\"'\s]|$)))@",
    ),
    _Rule(
        "url-credentials",
        ("@",),
        r"(?<![\w/.@-])[A-Za-z][\w.-]{0,60}:(?=[^\s@:/]{0,60}\d)(?=[^\s@:/]{0,60}[A-Za-z])(?!<hidden)"
        r"(?P<secret>[^\s@:/\"'<>]{8,100})@(?!sha\d)(?=[\w.-]{1,100}(?![\w@(]))",
        re.RegexFlag(0),
    ),
    _Rule(
        "named-value",
        ("auth",),
        r"(?:auth\s?=\s?|basicauth)\([\"'][^\"'\r\n]{1,60}[\"'],\s?[\"'](?!<hidden)(?P<secret>[^\"'\r\n]{4,200})[\"']",
    ),
    _Rule(
        "url-credentials",
        ("@tcp(", "@unix(", "@udp("),
        r"(?<![\w/.-])[\w.-]{1,60}:(?!<hidden)(?P<secret>[^\s@\"']{1,200})@(?:tcp|unix|udp)\(",
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
        "program-password",
        ("login",),
        r"\blogin\b(?:(?!login)[^\r\n]){0,200}?\s(?:-p|--password)[ =](?!<hidden)(?P<secret>[^\s\"']{4,})",
        re.RegexFlag(0),
    ),
    _Rule("program-password", ("-passin", "-passout"), r"-pass(?:in|out)\s{1,3}pass:(?!<hidden)(?P<secret>\S{4,})"),
    _Rule(
        "program-password",
        ("identified",),
        r"\bidentified\s{1,3}(?:with\s{1,3}\w{1,40}\s{1,3})?by\s{1,3}(?:password\s{1,3})?[\"'](?!<hidden)"
        r"(?P<secret>[^\s\"']{4,})",
    ),
    _Rule(
        "program-password",
        ("auth ",),
        r"\bAUTH (?:\w{1,40} )?(?=\S{0,60}\d)(?=\S{0,60}[A-Za-z])(?P<secret>[A-Za-z0-9+/=_-]{8,})(?![^\s\"'])",
        re.RegexFlag(0),
    ),
    _Rule(
        "named-value",
        ("key=", "sig=", "jwt=", "code="),
        r"[?&](?:key|sig|jwt|code(?=[^\s&]{16}))=(?!<hidden)(?P<secret>[^\s&\"'<>]{6,})",
    ),
    _Rule(  # names that have other meanings as well: a folder, a result, a kind of login
        "named-value",
        ("pwd", "pass", "auth", "sig", "pw", "session", "sid", "psk", "jwt", "pin", "otp"),
        rf"(?:(?<![a-z])(?:pwd?|auth|sig|signature|session[_-]?(?:id|token)|sid|psk|(?:bind|root)pw|jwt|pin|otp)(?=[\"'\\]{{0,3}}\s{{0,3}}[=:])|(?:(?<![a-z])pass(?==)|(?<=_)pass(?=[\"'=:]))|(?-i:(?<![a-z])[Pp]ass))"
        rf"{_IS}(?!<hidden|/|{_DATE}|{_CALL})(?={_VALUE}{{0,60}}\d)(?={_VALUE}{{0,60}}[a-z])(?P<secret>{_VALUE}{{4,}})",
    ),
)


def spans(text: str, *, sentences: bool = True) -> list[Suspect]:
    """Where the text has what looks like a secret, in their order, none within another. `sentences`: the words behind
    the name of a secret may be one, too."""
    lower = fold(text)
    found = [*_ruled(text, lower), *_named(text, lower, sentences), *_shaped(text)]
    if "private key" in lower:
        found += _beheaded_keys(text)
    return _outermost(found)


def _ruled(text: str, lower: str) -> Iterator[Suspect]:
    for rule in _RULES:
        if any(word in lower for word in rule.words):
            for match in _compiled(rule.expression, rule.flags).finditer(text):
                yield Suspect(*match.span("secret"), rule.name, _is_learnt(match["secret"], prose=False))


def _named(text: str, folded: str, sentences: bool) -> Iterator[Suspect]:
    """What is called a secret."""
    rules = [rule for rule in _AFTER_A_NAME if any(word in folded for word in rule.words)]
    last = 0
    for name in _compiled(SECRET_WORDS, re.RegexFlag(0)).finditer(folded):
        if name.start() < last:
            continue
        matches = (_compiled(rule.expression, rule.flags).match(text, name.end()) for rule in rules)
        match = next((match for match in matches if match), None)
        if match and not _tells_of_one(match):
            last = match.end()
            prose = match.groupdict().get("prose") is not None
            if sentences or not prose:
                yield Suspect(*match.span("secret"), "named-value", _is_learnt(match["secret"], prose=prose))


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


def _tells_of_one(match: re.Match[str]) -> bool:
    """Whether what the expression found is not a secret: its name goes on so that it says where one is, how many there
    are, or what deals with them; its value says that there is none, or is a word of ours behind a blank."""
    rest, secret = match["rest"], match["secret"]
    value = secret.rstrip(_CLOSING)
    if SAYS_WHERE.search(rest) or explains_itself(value) or value.lower() in _NONE or _REFERENCE.fullmatch(secret):
        return True
    if rest.lower() == "s" and value.isdigit():
        return True
    between = match.string[match.end("rest") : match.start("secret")]
    if between == ":":
        return _is_image(rest, value)
    if between.isspace() and "\n" not in between:
        return value.lower() in COMMON or is_own(value) or (rest.startswith("-") and not _is_option(match))
    return False


def _is_image(rest: str, tag: str) -> bool:
    """Whether `api-key` + `-proxy` + `:1.2` is an image's name with a tag, or a host with a port."""
    named = _NOUN.fullmatch(rest) and not _OF_A_VALUE.search(rest)
    return bool((named and _TAG.fullmatch(tag)) or ("." in rest and tag.isdigit()))


def _is_option(match: re.Match[str]) -> bool:
    """Whether the name that blanks follow is an option's."""
    before = match.string[max(0, match.start() - 60) : match.start()]
    return bool(re.search(r"(?<![^\s\"'=\[(])--?[\w.-]{0,60}$", before))


@lru_cache(maxsize=1024)
def _is_learnt(secret: str, *, prose: bool) -> bool:
    return _random(secret) if prose else not _NAME.fullmatch(secret)


def _random(text: str) -> bool:
    """Whether it has letters and digits, as words have not."""
    return any(map(str.isalpha, text)) and any(map(str.isdigit, text))


@cache
def _compiled(expression: str, flags: re.RegexFlag) -> re.Pattern[str]:
    return re.compile(expression, flags)
