"""What in a secret is a secret by itself: the password in an address, an entry of a list, a leaf of JSON."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from urllib.parse import unquote

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.redaction.names import SAYS_WHERE, SECRET_NAME
from stigmer_doctor.redaction.words import SHORTEST

_USERINFO = compiled_later(
    r"(?:://|^)(?P<user>[^/\s:@]{0,200})(?::(?P<password>(?!/|\d{1,5}/)[^\s@]{1,400}(?:@[^/\s@]{1,400})*))?@"
)
_PASSWORD = compiled_later(
    r"(?:pwd|pass(?:wor)?d?|(?:access|account)key)\s{0,3}=\s{0,3}"
    r"(?:\"(?P<quoted>[^\"]{1,400})\"|\{(?P<braced>[^}]{1,400})\}|'(?P<single>[^']{1,400})'|"
    r"(?P<open>[^;&\"'\s]{1,400}(?:[ ][^;&\"'\s=]{1,400})*(?=;)|[^\s;&\"']{1,400}))",
    re.IGNORECASE,
)
_ELEMENT = compiled_later(r">([^<>]{4,400})</")
_LINE_END = compiled_later(r"\r?\n|\\n")
_LIST = compiled_later(r"[,;| \t]+")
_PAIR = compiled_later(r"[\w.-]{1,64}=(?P<value>.+)", re.DOTALL)
_LOGIN = compiled_later(r"(?![a-z][a-z0-9+.-]*://|\d)(?:[^\s/:]{0,200}:)+(?P<secret>[^\s:]\S*)")
_SCHEME = compiled_later(r"(?:bearer|basic|token|digest)\s+(?P<secret>\S+)", re.IGNORECASE)
_BASE64 = compiled_later(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_HEX = compiled_later(r"(?:[0-9A-Fa-f]{2}){6,}")
_IN_ADDRESS = compiled_later(r"[/=]([^/?&=#\s]{8,400})")
_WORD = compiled_later(r"[a-z]{1,12}")
_SHORTEST_OF_A_PATH = 12
_SHORTEST_LINE = 16
_SHORTEST_PEM_LINE = 6
_DEEPEST_JSON = 6


def parts(value: str, *, listed: bool, named: bool = True) -> Iterator[str]:
    """What else is a secret where the value is one. `listed`: it is a variable's, or taken from one, and may be a list,
    a login or JSON; `named`: the variable's name says that it holds a secret."""
    yield from _passwords(value)
    yield from _lines(value)
    if listed:
        yield from _leaves(value, named=named)
        yield from _ELEMENT.findall(value) if named else ()
    if listed and named:
        yield from _entries(value)
        yield from _decoded(value)


def _passwords(value: str) -> Iterator[str]:
    for match in _USERINFO.finditer(value):
        secret = match["password"] or ("" if match["password"] is not None else match["user"])
        if "://" in match[0] or match["password"]:
            yield secret
            yield unquote(secret)
    for match in _PASSWORD.finditer(value):
        secret = match["quoted"] or match["braced"] or match["single"] or match["open"]
        yield secret
        yield unquote(secret)


def _lines(value: str) -> Iterator[str]:
    lines = _LINE_END.split(value)
    if len(lines) > 1:
        shortest = _SHORTEST_PEM_LINE if "-----BEGIN" in value else _SHORTEST_LINE
        stripped = (line.strip() for line in lines)
        yield from (line for line in stripped if len(line) >= shortest and not line.startswith("-----"))


def _leaves(value: str, *, named: bool) -> Iterator[str]:
    """The texts in JSON: all of them, or those under a secret's name."""
    if value[:1] in ("{", "[", '"') and len(value) > 2:
        try:
            document = json.loads(value)
        except (ValueError, RecursionError):
            return
        yield from _texts(document, named=named, depth=_DEEPEST_JSON)


def _texts(node: object, *, named: bool, depth: int) -> Iterator[str]:
    if isinstance(node, int) and named:
        yield str(node)
    elif isinstance(node, str):
        if named:
            yield node
        yield from _leaves(node, named=named) if depth else ()
    elif isinstance(node, dict) and depth:
        for name, child in node.items():
            tells = not SAYS_WHERE.search(name) and bool(SECRET_NAME.search(name))
            wanted = tells or (named and not SAYS_WHERE.search(name))
            yield from _texts(child, named=wanted, depth=depth - 1)
    elif isinstance(node, list) and depth:
        for child in node:
            yield from _texts(child, named=named, depth=depth - 1)


def _entries(value: str) -> Iterator[str]:
    """Of a list each, of a pair its value, of a login its password. Words of a sentence are none."""
    if _LINE_END.search(value) or value[:1] in ("{", "["):
        return
    quoted = value[1:-1] if len(value) > 2 and value[0] == value[-1] and value[0] in "\"'" else value
    if scheme := _SCHEME.fullmatch(quoted):
        yield scheme["secret"]
    found = _LIST.split(quoted)
    sentence = " " in quoted
    for entry in found:
        pair = _PAIR.fullmatch(entry)
        login = None if "@" in entry else _LOGIN.fullmatch(entry)
        own = [entry, *((pair["value"],) if pair else ()), *((login["secret"],) if login else ())]
        yield from (text for text in own if not _WORD.fullmatch(text) and (not sentence or _mixed(text)))
    if "://" in value:
        yield from (text for text in _IN_ADDRESS.findall(value) if _mixed(text))
    else:
        yield from (text for text in re.split("[/~]", value) if len(text) >= _SHORTEST_OF_A_PATH and _mixed(text))


def _decoded(value: str) -> Iterator[str]:
    """What base64, hexadecimal digits or percent signs say, where that is a text."""
    if "%" in value:
        yield unquote(value)
    if _HEX.fullmatch(value) and (text := bytes.fromhex(value).decode("utf-8", "replace")).isprintable():
        yield text
        return
    if not _BASE64.fullmatch(value):
        return
    padded = value.translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        text = base64.b64decode(padded + "=" * (-len(padded) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return
    if text.isprintable() or text.rstrip().isprintable() or text[:1] in ("{", "-"):
        yield text.strip()


def _mixed(text: str) -> bool:
    """Whether it has letters and digits, as words have not."""
    return len(text) >= SHORTEST and any(map(str.isalpha, text)) and any(map(str.isdigit, text))
