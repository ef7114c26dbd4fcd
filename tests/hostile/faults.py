"""What can be wrong with one answer. A fault gets the decent body, and yields the bytes that are sent instead."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Any

Fault = Callable[[bytes], Iterator[bytes]]

_MIB = 1024 * 1024
_DRIP_S = 1.0
_SILENT_S = 3600.0


class Reset(Exception):  # noqa: N818 - it asks for what it is called
    """The connection is to be reset."""


class Late(Exception):  # noqa: N818 - the same
    """The decent answer is to be given, so many seconds later."""


def head(status: str = "200 OK", *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", "Date: Thu, 01 Jan 2026 00:00:00 GMT", *headers, "", ""]).encode()


def whole(body: bytes, status: str = "200 OK", kind: str = "application/json") -> bytes:
    return head(status, "Api-Version: 1.46", f"Content-Type: {kind}", f"Content-Length: {len(body)}") + body


def _reset(_: bytes) -> Iterator[bytes]:
    yield b""
    raise Reset


def _reset_midway(body: bytes) -> Iterator[bytes]:
    yield whole(body)[:-3]
    raise Reset


def _closed(_: bytes) -> Iterator[bytes]:
    yield b""


def _silent(_: bytes) -> Iterator[bytes]:
    time.sleep(_SILENT_S)
    yield b""


def _late(seconds: float) -> Fault:
    def fault(_: bytes) -> Iterator[bytes]:
        yield b""
        raise Late(seconds)

    return fault


def _silent_after(sent: Callable[[bytes], bytes]) -> Fault:
    def fault(body: bytes) -> Iterator[bytes]:
        yield sent(body)
        time.sleep(_SILENT_S)

    return fault


def _drips(sent: Callable[[bytes], bytes]) -> Fault:
    def fault(body: bytes) -> Iterator[bytes]:
        whole_answer = sent(body)
        for at in range(len(whole_answer)):
            yield whole_answer[at : at + 1]
            time.sleep(_DRIP_S)

    return fault


def _drip_body(_: bytes) -> Iterator[bytes]:
    """The head at once, and then a byte a second without an end."""
    yield head("200 OK", "Content-Type: application/json", "Content-Length: 9000")
    for space in repeat(b" ", 9000):
        yield space
        time.sleep(_DRIP_S)


def _endless(first: bytes, again: bytes) -> Fault:
    def fault(_: bytes) -> Iterator[bytes]:
        yield first
        yield from repeat(again)

    return fault


def _raw(content: Callable[[bytes], bytes]) -> Fault:
    def fault(body: bytes) -> Iterator[bytes]:
        yield content(body)

    return fault


def _body(content: bytes) -> Fault:
    return _raw(lambda _: whole(content))


def _status(status: str, *headers: str, body: bytes = b'{"message": "no, says the engine"}') -> Fault:
    return _raw(lambda _: head(status, *headers, f"Content-Length: {len(body)}") + body)


def _each_field(value: Any) -> Fault:
    """Every value of the outer objects is replaced."""

    def replaced(body: bytes) -> bytes:
        answer = _decoded(body)
        items = answer if isinstance(answer, list) else [answer]
        made = [dict.fromkeys(item, value) if isinstance(item, dict) else value for item in items]
        return whole(json.dumps(made if isinstance(answer, list) else made[0]).encode())

    return _raw(replaced)


def _each_leaf(value: Any) -> Fault:
    """Every value within is replaced, and objects and lists stay."""

    def replaced(answer: Any) -> Any:
        if isinstance(answer, dict):
            return {name: replaced(item) for name, item in answer.items()}
        return [replaced(item) for item in answer] if isinstance(answer, list) else value

    return _raw(lambda body: whole(json.dumps(replaced(_decoded(body))).encode()))


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return {}


def _frames(*frames: tuple[int, int, bytes]) -> Fault:
    """A stream of an attached program: (kind, the length that is claimed, what follows)."""
    stream = b"".join(bytes((kind, 0, 0, 0)) + length.to_bytes(4, "big") + data for kind, length, data in frames)
    return _raw(lambda _: head("101 UPGRADED", "Connection: Upgrade", "Upgrade: tcp") + stream)


def _long_line(_: bytes) -> Iterator[bytes]:
    size = 100 * _MIB
    yield head("200 OK", "Content-Type: application/vnd.docker.multiplexed-stream", f"Content-Length: {size + 8}")
    yield b"\x01\0\0\0" + size.to_bytes(4, "big")
    yield from repeat(b"x" * _MIB, 100)


_CHUNKED = head("200 OK", "Content-Type: application/json", "Transfer-Encoding: chunked")
_HUGE = head("200 OK", "Content-Type: application/json", f"Content-Length: {2**62}")
_UPGRADED = head("101 UPGRADED", "Connection: Upgrade", "Upgrade: tcp")

FAULTS: dict[str, Fault] = {
    "reset": _reset,
    "reset-midway": _reset_midway,
    "closed": _closed,
    "silent": _silent,
    "late": _late(3.0),
    "just-in-time": _late(9.5),
    "silent-after-head": _silent_after(lambda body: whole(body)[: -len(body) or None]),
    "silent-midway": _silent_after(lambda body: whole(body)[:-1]),
    "drip-head": _drips(whole),
    "drip-body": _drip_body,
    "endless-headers": _endless(b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"x" * 1000 + b"\r\n"),
    "endless-header-line": _endless(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 65536),
    "endless-status-line": _endless(b"HTTP/1.1 200 ", b"O" * 65536),
    "endless-continue": _endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "endless-body": _endless(head("200 OK", "Content-Type: application/json") + b'["', b"x" * 65536),
    "endless-spaces": _endless(head("200 OK", "Content-Type: application/json"), b" " * 65536),
    "endless-chunked": _endless(_CHUNKED, b"10000\r\n" + b"x" * 65536 + b"\r\n"),
    "endless-tiny-chunks": _endless(_CHUNKED, b"1\r\n[\r\n" * 1000),
    "endless-chunk-size": _endless(_CHUNKED, b"0" * 65536),
    "endless-upgraded": _endless(_UPGRADED, b"\x01\0\0\0\0\0\xff\xf8" + b"x" * 65528),
    "bad-chunk-size": _raw(lambda _: _CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n"),
    "huge-chunk": _raw(lambda _: _CHUNKED + b"7fffffffffffffff\r\n{}"),
    "huge-length": _raw(lambda body: _HUGE + body),
    "huge-length-fed": _endless(_HUGE, b"x" * 65536),
    "short-length": _raw(lambda body: head("200 OK", "Content-Length: 1") + body),
    "long-length": _raw(lambda body: head("200 OK", f"Content-Length: {len(body) + 9}") + body),
    "negative-length": _raw(lambda body: head("200 OK", "Content-Length: -1") + body),
    "word-length": _raw(lambda body: head("200 OK", "Content-Length: many") + body),
    "two-lengths": _raw(lambda body: head("200 OK", "Content-Length: 2", f"Content-Length: {len(body)}") + body),
    "gzip-bomb-claimed": _raw(
        lambda body: head("200 OK", "Content-Encoding: gzip", f"Content-Length: {len(body)}") + body
    ),
    "not-http": _raw(lambda _: b"SSH-2.0-OpenSSH_9.6\r\n"),
    "http-0.9": _raw(lambda body: body),
    "status-word": _raw(lambda _: b"HTTP/1.1 fine OK\r\n\r\n"),
    "400-https": _status("400 Bad Request", body=b"Client sent an HTTP request to an HTTPS server."),
    "401": _status("401 Unauthorized", "WWW-Authenticate: Basic"),
    "403": _status("403 Forbidden"),
    "404": _status("404 Not Found"),
    "409": _status("409 Conflict"),
    "500": _status("500 Internal Server Error"),
    "500-html": _status("500 Oops", "Content-Type: text/html", body=b"<html><h1>It broke</h1></html>"),
    "500-null": _status("500 Oops", "Content-Type: application/json", body=b"null"),
    "500-list": _status("500 Oops", "Content-Type: application/json", body=b'{"message": [1, {"a": null}]}'),
    "500-endless": _endless(head("500 Oops", "Content-Type: application/json"), b"x" * 65536),
    "503": _status("503 Service Unavailable"),
    "101": _raw(lambda _: _UPGRADED),
    "204": _raw(lambda _: head("204 No Content")),
    "302-self": _status("302 Found", "Location: /version"),
    "302-away": _status("302 Found", "Location: http://127.0.0.1:1/version"),
    "302-file": _status("302 Found", "Location: file:///etc/hostname"),
    "html": _body(b"<!doctype html><title>Sign in</title>"),
    "empty": _body(b""),
    "truncated": _raw(lambda body: whole(body[:-2])),
    "null": _body(b"null"),
    "list": _body(b"[]"),
    "object": _body(b"{}"),
    "string": _body(b'""'),
    "zero": _body(b"0"),
    "nan": _body(b"NaN"),
    "deep-lists": _body(b"[" * 100_000 + b"]" * 100_000),
    "deep-objects": _body(b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    "deep-unclosed": _body(b"[" * 100_000),
    "long-list": _body(b"[" + b"{}," * 1_000_000 + b"{}]"),
    "long-object": _raw(lambda body: whole(body[:-1] + b',"Z":[' + b'"",' * 1_000_000 + b'""]}')),
    "huge-integer": _body(b'{"Id": ' + b"9" * 100_000 + b"}"),
    "doubled-keys": _raw(lambda body: whole(body[:-1] + b',"Id": null, "Config": 1, "Name": {}, "State": []}')),
    "not-utf-8": _raw(lambda body: whole(body.replace(b"stigmer", b"\xff\xfe\x80"))),
    "lone-surrogates": _raw(lambda body: whole(body.replace(b"stigmer", b"\\ud800\\udfff"))),
    "nul-and-escapes": _raw(lambda body: whole(body.replace(b"stigmer", b"\\u0000\\u001b[2J"))),
    "bom": _raw(lambda body: whole(b"\xef\xbb\xbf" + body)),
    "utf-16": _raw(lambda body: whole(body.decode("latin-1").encode("utf-16"))),
    "fields-null": _each_field(None),
    "fields-empty": _each_field(""),
    "fields-list": _each_field([[], [None], {}]),
    "fields-object": _each_field({"a": {"b": None}}),
    "fields-number": _each_field(1e308),
    "fields-huge": _each_field(10**400),
    "fields-nan": _each_field(float("nan")),
    "fields-minus": _each_field(-1),
    "fields-true": _each_field(True),
    "leaves-null": _each_leaf(None),
    "leaves-object": _each_leaf({}),
    "leaves-list": _each_leaf([[]]),
    "leaves-infinite": _each_leaf(float("inf")),
    "leaves-surrogate": _each_leaf("\ud800"),
    "leaves-long": _each_leaf("x" * 100_000),
    "frame-too-long": _frames((1, 2**32 - 1, b"x" * 100)),
    "frame-of-nothing": _frames(*[(1, 0, b"")] * 20_000),
    "frame-of-no-kind": _frames((255, 4, b"oops")),
    "frame-garbage": _frames((1, 65536, b"\xff" * 65536)),
    "frame-stderr": _frames((2, 9, b"Traceback")),
    "oci-sentence": _frames((1, 40, b"OCI runtime exec failed: exec: not there")),
    "long-line": _long_line,
}
