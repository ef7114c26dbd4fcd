"""The options of `docker run`, among the words that follow the verb."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.source.golang.texts import cut
from stigmer_doctor.source.golang.values import Element, Piece, Text, texts

_JOINED = compiled_later("-e[A-Za-z_]")
_BOOLEAN = frozenset(
    [
        "-d",
        "--detach",
        "--rm",
        "-i",
        "--interactive",
        "-t",
        "--tty",
        "-it",
        "-ti",
        "-dit",
        "--init",
        "-P",
        "--publish-all",
        "--privileged",
        "--read-only",
        "--no-healthcheck",
        "--oom-kill-disable",
        "--sig-proxy",
        "-q",
        "--quiet",
        "--disable-content-trust",
        "--use-api-socket",
    ]
)


class Option(NamedTuple):
    """An option with its value: `--net=host` or `--net host`. `flag` and `last` are where it begins and ends."""

    name: str
    values: tuple[Text, ...]
    flag: Element
    last: Element
    doubt: bool


def options(listed: tuple[Element, ...]) -> Iterator[Option]:
    """The options up to the image."""
    index = 0
    while index < len(listed):
        value = listed[index]
        known = _option(value)
        if known is None:
            if not value.spread and _is_image(value):
                return
            index += 1
            continue
        name, joined = known
        following = listed[index + 1] if index + 1 < len(listed) else None
        if joined is not None:
            yield Option(name, joined, value, value, value.doubt)
        elif name in _BOOLEAN or following is None or following.spread:
            yield Option(name, (), value, value, value.doubt)
        else:
            yield Option(name, texts(following.value), value, following, value.doubt or following.doubt)
            index += 1
        index += 1


def count(listed: tuple[Element, ...]) -> int:
    """How many of the words are options and their values."""
    index = 0
    while index < len(listed):
        known = _option(listed[index])
        if known is None:
            if not listed[index].spread and (_is_image(listed[index]) or index == len(listed) - 1):
                return index
            index += 1
            continue
        index += 1 if known[1] is not None or known[0] in _BOOLEAN else 2
    return len(listed)


def _option(value: Element) -> tuple[str, tuple[Text, ...] | None] | None:
    """The name of an option, and what is joined to it: with an equals sign, or a variable right behind `-e`."""
    if value.spread:
        return None
    found = texts(value.value)
    first = next((text for text in found if text.shape.startswith("-")), None)
    if first is None:
        return None
    if _JOINED.match(first.shape):
        return "-e", tuple(cut(text, 2, len(text.shape)) for text in found if _JOINED.match(text.shape))
    name, separator, _ = first.shape.partition("=")
    if not separator:
        return name, None
    return name, tuple(cut(text, len(name) + 1, len(text.shape)) for text in found if text.shape.startswith(f"{name}="))


def _is_image(value: Element) -> bool:
    known = [text for text in texts(value.value) if text.parts and isinstance(text.parts[0], Piece)]
    return bool(known) and all(not text.shape.startswith("-") and text.shape for text in known)
