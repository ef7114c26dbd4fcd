"""What looks like a secret, by the words around it or by its own shape.

Every expression has words without which it cannot match: where none of them occurs, it is not even compiled. Each
reads a text in linear time: what repeats is bounded wherever something has to follow it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

import msgspec

from stigmer_doctor.lean_expressions import compiled
from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.redaction.expressions import AFTER_A_NAME, EXPRESSIONS, LONGEST_KEY
from stigmer_doctor.redaction.matcher import fold
from stigmer_doctor.redaction.names import SAYS_WHERE, SECRET_WORDS
from stigmer_doctor.redaction.token_formats import SHORTEST_TOKEN, TOKEN_FORMATS
from stigmer_doctor.redaction.words import COMMON, explains_itself, is_own

_NAME = compiled_later(rf"[A-Za-z_.]{{0,40}}(?:{SECRET_WORDS})[A-Za-z_.]{{0,40}}", re.IGNORECASE)
"""What is itself called a secret is the name of one: hidden there, and not wherever else it occurs."""
_END = compiled_later(r"-----END [A-Z ]{0,30}PRIVATE KEY")
_KEY_LINE = compiled_later(r"[A-Za-z0-9+/=]{4,}")
_CLOSING = ")]}.,:;`'\""
_NONE = frozenset({"null", "none", "true", "false", "undefined", "unset", "<nil", "(nil", "missing", "empty"})
_REFERENCE = compiled_later(r"\$[A-Z][A-Z0-9_]+|\$\{[A-Za-z_]\w{0,60}(?:\}|:?[?+].{0,200})|\$\([^)]{0,60}\)?")
"""A variable that a shell or compose fills in, without a value for where it is not set."""
_ENGLISH = compiled_later(
    r"[A-Za-z]?[a-z]+(?:ed|ing|ions?|ment|ness|ity|ful|ly|[ai]ble|[ae]n[tc]e?|ures?|age|ates?|ect|ers?|ory|ous|match|change|point)"
)
"""As words of a sentence end."""
_NOUN = compiled_later(r"-[a-z][a-z-]{1,38}(?:-\d{1,3})?")
_OF_A_VALUE = compiled_later(r"-(?:value|id|data|string|plain|raw|hash|key|pair|v\d)$")
_TAG = compiled_later(r"\w[\w.-]{0,60}(?:@sha256)?(?::\d{1,5})?")
_LONG = compiled_later(rf"\S{{{SHORTEST_TOKEN},}}")


class Suspect(msgspec.Struct, frozen=True):
    """Where a secret stands in a text, and whether it is one wherever else it occurs."""

    start: int
    end: int
    rule: str
    learn: bool = True


def spans(text: str, *, sentences: bool = True) -> list[Suspect]:
    """Where the text has what looks like a secret, in their order, none within another. `sentences`: the words behind
    the name of a secret may be one, too."""
    lower = fold(text)
    found = [*_ruled(text, lower), *_named(text, lower, sentences), *_shaped(text)]
    if "private key" in lower:
        found += _beheaded_keys(text)
    return outermost(found)


def _ruled(text: str, lower: str) -> Iterator[Suspect]:
    for known in EXPRESSIONS:
        if any(word in lower for word in known.words) and _passes(known.sieve, lower):
            for match in _compiled(known.expression, known.flags).finditer(text):
                yield Suspect(*match.span("secret"), known.name, _is_learnt(match["secret"], prose=False))


def _passes(sieve: str, lower: str) -> bool:
    return not sieve or bool(_compiled(sieve, re.RegexFlag(0)).search(lower))


def _named(text: str, folded: str, sentences: bool) -> Iterator[Suspect]:
    """What is called a secret."""
    rules = [rule for rule in AFTER_A_NAME if any(word in folded for word in rule.words)]
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
    long = " ".join(_LONG.findall(text))
    for known, expression in TOKEN_FORMATS.items():
        if known in long:
            pattern = _compiled(expression, re.RegexFlag(0))
            yield from (Suspect(*match.span(), "known-token-format") for match in pattern.finditer(text))


def _beheaded_keys(text: str) -> Iterator[Suspect]:
    """The lines before the end of a key whose beginning is not there."""
    last = 0
    for end in _END.finditer(text):
        start = end.start()
        lines = text[max(last, start - LONGEST_KEY) : start].splitlines(keepends=True)
        while lines and _KEY_LINE.fullmatch(lines[-1].strip()):
            start -= len(lines.pop())
        if start < end.start():
            yield Suspect(start, end.start(), "private-key")
        last = end.end()


def outermost(found: list[Suspect]) -> list[Suspect]:
    """In their order; of those that overlap one from the first's start to the last's end."""
    kept: list[Suspect] = []
    for span in sorted(found, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
        elif span.end > kept[-1].end:
            kept[-1] = msgspec.structs.replace(kept[-1], end=span.end)
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
        option = _is_option(match)
        english = not option and (rest.startswith("-") or _ENGLISH.fullmatch(value))
        return bool(english) or value.lower() in COMMON or is_own(value)
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


_compiled = cache(compiled)
