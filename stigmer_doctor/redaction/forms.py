"""In which forms a secret turns up elsewhere."""

from __future__ import annotations

import base64
import json
import shlex
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

from stigmer_doctor.lean_objects import compiled_later

_URL_UNRESERVED = ("", "/", "!'()*", ";,/?:@&=+$!'()*#")
"""What is left alone by those who encode for URLs: nothing, Python, and JavaScript's two functions."""
_CONTROL = compiled_later(r"[\x00-\x08\x0b-\x1f\x7f]")
_SHORTEST_BASE64 = 8
_BASE64_WIDTHS = (64, 76)
"""Of the lines of base64 in PEM and in MIME."""
_LONGEST_IN_ALL_FORMS = 8 * 1024
_SHORTEST_IN_A_DUMP = 4


def forms(value: str) -> frozenset[str]:
    """The value as URLs, headers, JSON, HTML, shells, Python and dumps have it. In which case is left open: what looks
    for them does so without regard to it. Of a long one those that programs write without being asked."""
    found = set(_encoded(value))
    if len(value) <= _LONGEST_IN_ALL_FORMS:
        for text in _spelt(value):
            raw = text.encode("utf-8", "surrogateescape")
            found |= {
                *_encoded(text),
                *_in_urls(text),
                *_in_html(text),
                *_in_programs(text, raw),
                *_in_dumps(text, raw),
            }
    return frozenset(found - {""})


def _spelt(value: str) -> Iterator[str]:
    """The same text with its accents in other letters, and without what a terminal would obey."""
    yield value
    if not value.isascii():
        yield unicodedata.normalize("NFC", value)
        yield unicodedata.normalize("NFD", value)
    if _CONTROL.search(value):
        yield _CONTROL.sub("\N{REPLACEMENT CHARACTER}", value)
        yield _CONTROL.sub("", value)
    if "\r" in value:
        yield value.replace("\r\n", "\n").replace("\r", "\n")


def _encoded(value: str) -> Iterator[str]:
    raw = value.encode("utf-8", "surrogateescape")
    encoded = base64.b64encode(raw).decode()
    yield value
    yield raw.hex()
    yield encoded.rstrip("=")
    yield encoded.rstrip("=").translate(_FOR_URLS)
    yield from _inside_base64(raw)
    for width in _BASE64_WIDTHS:
        if len(encoded) > width:
            lines = (encoded[at : at + width].rstrip("=") for at in range(0, len(encoded), width))
            yield from (line for line in lines if len(line) >= _SHORTEST_BASE64)


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


def _in_dumps(value: str, raw: bytes) -> Iterator[str]:
    """Letter by letter, as escapes and numbers; and what is encoded in other ways or twice."""
    if len(value) < _SHORTEST_IN_A_DUMP:
        return
    pairs = [f"{byte:02x}" for byte in raw]
    yield from (mark.join(pairs) for mark in (":", " "))
    yield from (mark + mark.join(pairs) for mark in ("\\x", "%", "="))
    yield "".join(f"\\{byte:03o}" for byte in raw)
    yield from (mark.join(map(str, raw)) for mark in (" ", ", ", ","))
    yield "".join(f"&#{ord(char)};" for char in value)
    yield "".join(f"&#x{ord(char):x};" for char in value)
    yield "".join(f"\\u{{{ord(char):x}}}" for char in value)
    yield base64.b32encode(raw).decode().rstrip("=")
    yield base64.b85encode(raw).decode()
    yield base64.a85encode(raw).decode()
    yield base64.b64encode(base64.b64encode(raw)).decode().rstrip("=")
    yield from _inside_base64(value.encode("utf-16-le", "surrogatepass"))
