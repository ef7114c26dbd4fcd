"""Which files of a package belong to the program on an operating system: by their names and build constraints."""

from __future__ import annotations

import posixpath
import re

from stigmer_doctor.lean_objects import compiled_later

SYSTEMS = ("linux", "darwin", "windows")
_OTHERS = frozenset(
    [
        "aix",
        "android",
        "dragonfly",
        "freebsd",
        "hurd",
        "illumos",
        "ios",
        "js",
        "nacl",
        "netbsd",
        "openbsd",
        "plan9",
        "solaris",
        "wasip1",
        "zos",
    ]
)
_UNIX = frozenset({"linux", "darwin"})
_MACHINES = frozenset(
    [
        "386",
        "amd64",
        "arm",
        "arm64",
        "loong64",
        "mips",
        "mips64",
        "mips64le",
        "mipsle",
        "ppc64",
        "ppc64le",
        "riscv64",
        "s390x",
        "wasm",
    ]
)
_GO_BUILD = compiled_later(rb"^//go:build[ \t]+([^\n]+)$", re.MULTILINE)
_PLUS_BUILD = compiled_later(rb"^//[ \t]*\+build[ \t]+([^\n]+)$", re.MULTILINE)
_MOST_TOKENS = 100
_TOKEN = compiled_later(r"\s*(&&|\|\||[!()]|[\w.]+)")


def systems_of(path: str, body: bytes) -> frozenset[str]:
    """The systems that a file is built for, among those that are looked at."""
    head = body[: max(body.find(b"\npackage "), 0)] if not body.startswith(b"package ") else b""
    return frozenset(system for system in SYSTEMS if _by_name(path, system) and _by_constraint(head, system))


def _by_name(path: str, system: str) -> bool:
    words = posixpath.basename(path).removesuffix(".go").split("_")[1:]
    if words and words[-1] in _MACHINES:
        words = words[:-1]
    known = words[-1] if words else ""
    return known == system if known in SYSTEMS or known in _OTHERS else True


def _by_constraint(head: bytes, system: str) -> bool:
    if found := _GO_BUILD.search(head):
        return (
            _Constraint(_TOKEN.findall(found[1].decode("utf-8", "replace"))[:_MOST_TOKENS], system).either()
            is not False
        )
    lines = _PLUS_BUILD.findall(head)
    return all(any(_all(words, system) for words in line.decode("utf-8", "replace").split()) for line in lines)


def _all(words: str, system: str) -> bool:
    return all(_tag(word.lstrip("!"), system) is not word.startswith("!") for word in words.split(","))


def _tag(tag: str, system: str) -> bool | None:
    """Whether a tag is set; None for one that who builds the program chooses."""
    if tag in SYSTEMS or tag in _OTHERS:
        return tag == system
    if tag == "unix":
        return system in _UNIX
    return False if tag == "ignore" else None


class _Constraint:
    """`a && (b || !c)`, read from the left; None where it depends on tags that are not known."""

    def __init__(self, tokens: list[str], system: str) -> None:
        self._tokens, self._system = tokens[::-1], system

    def either(self) -> bool | None:
        found = [self._both()]
        while self._next("||"):
            found.append(self._both())
        return True if True in found else (None if None in found else False)

    def _both(self) -> bool | None:
        found = [self._single()]
        while self._next("&&"):
            found.append(self._single())
        return False if False in found else (None if None in found else True)

    def _single(self) -> bool | None:
        if self._next("!"):
            inner = self._single()
            return None if inner is None else not inner
        if self._next("("):
            found = self.either()
            self._next(")")
            return found
        return _tag(self._tokens.pop(), self._system) if self._tokens else None

    def _next(self, token: str) -> bool:
        if self._tokens and self._tokens[-1] == token:
            self._tokens.pop()
            return True
        return False
