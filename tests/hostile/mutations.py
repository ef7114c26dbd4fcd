"""An answer that is malformed in one place, or as a whole, in every way that JSON and bytes allow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.adapters.odd import ABSENT, changed, places

VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 1e308, 2**63, 10**40, float("inf"), float("nan")),
    *("", "odd", "9" * 5000, "\ud800", "\x00\x1b[2J\u202e", "{{.}}", "a=b,c:d/e@f"),
    *([], [None], [[]], ["odd"], [{"odd": 0}], {}, {"odd": None}, {"": {"": []}}),
)
_DEEP = 5_000


def malformed(answer: Any) -> Iterator[tuple[str, bytes]]:
    """Every malformed form of a JSON answer, with what is wrong with it."""
    for place in places(answer):
        for value in (*VALUES, ABSENT):
            wrong = "is gone" if value is ABSENT else f"is {str(value)[:20]!r}"
            yield f"{'.'.join(map(str, place))} {wrong}", json.dumps(changed(answer, place, value)).encode()
    yield from broken(json.dumps(answer).encode())


def broken(body: bytes) -> Iterator[tuple[str, bytes]]:
    """The same of a body of any kind: it is cut, packed into another encoding, replaced by other JSON, or too deep."""
    for part in range(8):
        yield f"cut after {part}/8", body[: len(body) * part // 8]
    for at in range(0, len(body), max(1, len(body) // 16)):
        yield f"\\xff at {at}", body[:at] + b"\xff" + body[at + 1 :]
        yield f"\\0 at {at}", body[:at] + b"\0" + body[at + 1 :]
    yield "with a BOM", b"\xef\xbb\xbf" + body
    yield "in UTF-16", body.decode("latin-1").encode("utf-16")
    yield "twice", body + body
    for value in VALUES:
        yield f"{str(value)[:20]!r} alone", json.dumps(value).encode()
    for opened, closed in ((b"[", b"]"), (b'{"a":', b"}")):
        yield f"deep {opened!r}", opened * _DEEP + b"1" + closed * _DEEP
        yield f"deep {opened!r}, not closed", opened * _DEEP
        yield f"as deep as is allowed {opened!r}", opened * 190 + b"1" + closed * 190
    yield "a number of many digits", b'{"a": ' + b"9" * 100_000 + b"}"
