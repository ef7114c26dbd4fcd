"""One request and its answer on a connection: as much of HTTP/1.1 as engines speak."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Self

import msgspec

from stigmer_doctor.adapters.docker.limits import MOST_OF_A_HEAD, Connection, CutOff, LimitedReader

SWITCHED = 101
_FINAL, _NO_CONTENT, _NOT_MODIFIED = 200, 204, 304
_CHUNK = 65536
_MOST_DIGITS = 15
_MOST_HEADS = 10
_NOT_HTTP = "this is not an HTTP answer"


class Answer:
    """Status, fields by their names in lower case, and a body that is read once. `done` is told at the end whether the
    connection can be used again."""

    def __init__(self, reader: LimitedReader, done: Callable[[bool], None] = lambda _: None) -> None:
        self._done, self._reader = done, reader
        self.status, self.fields = _head(reader)
        self._body = _body(reader, self.status, self.fields)
        self._complete = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._body.close()
        delimited = "content-length" in self.fields or "transfer-encoding" in self.fields
        closes = "close" in re.split(r"\s*,\s*", self.fields.get("connection", "").lower())
        lasts = not closes and (delimited or self.status in (_NO_CONTENT, _NOT_MODIFIED))
        # What came after the body would be taken for the next answer.
        self._done(self._complete and lasts and not self._reader.rest())

    def pieces(self) -> Iterator[bytes]:
        """The body as it comes. Raises as `LimitedReader` does, and ValueError for what is not HTTP."""
        yield from self._body
        self._complete = True

    def read(self, most: int | None = None) -> bytes:
        """The whole body, or so much of it."""
        content = bytearray()
        for piece in self.pieces():
            content += piece
            if most is not None and len(content) >= most:
                break
        return bytes(content[:most])


def send(
    connection: Connection,
    method: str,
    target: str,
    host: str,
    body: object = None,
    *,
    upgrade: bool = False,
    fields: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Send a request, with the body as JSON and with more `fields`. Raises OSError."""
    content = b"" if body is None else msgspec.json.encode(body)
    fields = {**fields, "Content-Length": str(len(content))} if content or method != "GET" else {**fields}
    fields |= {"Content-Type": "application/json"} if content else {}
    fields |= {"Connection": "Upgrade", "Upgrade": "tcp"} if upgrade else {}
    connection.sendall(_request(method, target, host, fields) + content)


def send_stream(connection: Connection, method: str, target: str, host: str, pieces: Iterable[bytes]) -> None:
    """Send a request with a body in pieces. An engine that takes no more of it has answered already."""
    fields = {"Content-Type": "application/x-tar", "Transfer-Encoding": "chunked"}
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        connection.sendall(_request(method, target, host, fields))
        for piece in filter(None, pieces):
            connection.sendall(b"%x\r\n%b\r\n" % (len(piece), piece))
        connection.sendall(b"0\r\n\r\n")


def _request(method: str, target: str, host: str, fields: Mapping[str, str]) -> bytes:
    # Nothing that could grow when it is unpacked.
    fields = {"Host": host, "User-Agent": "stigmer-doctor", "Accept-Encoding": "identity", **fields}
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def _head(reader: LimitedReader) -> tuple[int, dict[str, str]]:
    """Status and fields of the final answer; what only promises one is skipped."""
    for _ in range(_MOST_HEADS):
        words = reader.line().split(maxsplit=2)
        if len(words) < 2 or not words[0].startswith(b"HTTP/1.") or len(words[1]) != 3 or not words[1].isdigit():
            raise ValueError(_NOT_HTTP)
        status, fields = int(words[1]), _fields(reader)
        if status >= _FINAL or status == SWITCHED:
            if words[0] == b"HTTP/1.0":
                fields.setdefault("connection", "close")
            return status, fields
    raise ValueError(_NOT_HTTP)


def _fields(reader: LimitedReader) -> dict[str, str]:
    fields: dict[str, str] = {}
    left = MOST_OF_A_HEAD
    while line := reader.line():
        left -= len(line)
        name, colon, value = line.partition(b":")
        if left < 0 or not colon:
            raise ValueError(_NOT_HTTP)
        fields[name.decode("latin-1").lower()] = value.decode("latin-1").strip()
    return fields


def _body(reader: LimitedReader, status: int, fields: Mapping[str, str]) -> Generator[bytes]:
    if status in (_NO_CONTENT, _NOT_MODIFIED):
        return
    if "transfer-encoding" in fields:
        if fields["transfer-encoding"].lower() != "chunked":
            raise ValueError(_NOT_HTTP)
        yield from _chunks(reader)
    elif "content-length" in fields:
        yield from _exactly(reader, _number(fields["content-length"].encode("latin-1"), 10))
    else:
        with contextlib.suppress(CutOff):
            while True:
                yield reader.piece(_CHUNK)


def _chunks(reader: LimitedReader) -> Iterator[bytes]:
    while length := _number(reader.line().partition(b";")[0].strip(), 16):
        yield from _exactly(reader, length)
        if reader.line():
            raise ValueError(_NOT_HTTP)
    _fields(reader)


def _exactly(reader: LimitedReader, length: int) -> Iterator[bytes]:
    while length:
        piece = reader.piece(min(length, _CHUNK))
        length -= len(piece)
        yield piece


def _number(text: bytes, base: int) -> int:
    if not text.isalnum() or len(text) > _MOST_DIGITS:
        raise ValueError(_NOT_HTTP)
    return int(text, base)
