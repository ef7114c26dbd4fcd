"""In which forms a secret turns up elsewhere, and what in it is a secret by itself."""

from __future__ import annotations

import base64
import json
import re
import shlex
from collections.abc import Iterator
from urllib.parse import quote, quote_plus, unquote

_URL_UNRESERVED = ("", "/", "!'()*", ";,/?:@&=+$!'()*#")
"""What is left alone by those who encode for URLs: nothing, Python, and JavaScript's two functions."""
_USERINFO = re.compile(r"(?:://|^)(?P<user>[^/\s:@]{0,200})(?::(?P<password>[^/\s@]{1,400}(?:@[^/\s@]{1,400})*))?@")
_PASSWORD = re.compile(r"(?:pwd|pass(?:wor)?d?)\s{0,3}=\s{0,3}[\"']?(?P<secret>[^\s;&\"']{1,400})", re.IGNORECASE)
_LINE_END = re.compile(r"\r?\n|\\n")
_SHORTEST_BASE64 = 8
_SHORTEST_LINE = 16
_SHORTEST_PEM_LINE = 6


def forms(value: str) -> frozenset[str]:
    """The value as URLs, headers, JSON, HTML, shells, Python and hex dumps have it. In which case is left open: what
    looks for them does so without regard to it."""
    raw = value.encode("utf-8", "surrogateescape")
    encoded = base64.b64encode(raw).decode()
    return frozenset(
        {
            value,
            raw.hex(),
            encoded.rstrip("="),
            encoded.rstrip("=").translate(_FOR_URLS),
            *_inside_base64(raw),
            *_in_urls(value),
            *_in_html(value),
            *_in_programs(value, raw),
        }
        - {""}
    )


_FOR_URLS = str.maketrans("+/", "-_")


def _inside_base64(raw: bytes) -> Iterator[str]:
    """What base64 makes of it wherever it stands in what is encoded, such as behind `user:`; without padding."""
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + raw).decode()
        inside = encoded[-(-offset * 8 // 6) : (offset + len(raw)) * 8 // 6]
        if len(inside) >= _SHORTEST_BASE64:
            yield inside
            yield inside.translate(_FOR_URLS)


def _in_urls(value: str) -> Iterator[str]:
    once = {quote(value, safe=safe, errors="surrogateescape") for safe in _URL_UNRESERVED}
    once.add(quote_plus(value, errors="surrogateescape"))
    yield from once
    yield from (quote(form, safe="") for form in once)


def _in_html(value: str) -> Iterator[str]:
    if value.isalnum():
        return
    escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for double in ('"', "&quot;", "&#34;"):
        for single in ("'", "&#x27;", "&#39;", "&apos;"):
            yield escaped.replace('"', double).replace("'", single)
    yield "".join(char if char.isalnum() else f"&#{ord(char)};" for char in value)
    yield "".join(char if char.isalnum() else f"&#x{ord(char):x};" for char in value)


def _in_programs(value: str, raw: bytes) -> Iterator[str]:
    yield "".join(f"\\u{ord(char):04x}" for char in value)
    if value.isascii() and value.isalnum():
        return
    escaped = json.dumps(value)[1:-1]
    yield escaped
    yield json.dumps(escaped)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    # Go's encoder writes these three so that its JSON can stand in HTML.
    yield escaped.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    yield repr(value)[1:-1]
    yield repr(raw)[2:-1]
    if "'" in value:
        yield shlex.quote(value)[1:-1]


def parts(value: str) -> Iterator[str]:
    """The password in a URL or a connection string, and the lines of a key: each is a secret too."""
    for match in _USERINFO.finditer(value):
        secret = match["password"] or ("" if match["password"] is not None else match["user"])
        if "://" in match[0] or match["password"]:
            yield secret
            yield unquote(secret)
    for match in _PASSWORD.finditer(value):
        yield match["secret"]
        yield unquote(match["secret"])
    lines = _LINE_END.split(value)
    if len(lines) > 1:
        shortest = _SHORTEST_PEM_LINE if "-----BEGIN" in value else _SHORTEST_LINE
        stripped = (line.strip() for line in lines)
        yield from (line for line in stripped if len(line) >= shortest and not line.startswith("-----"))
