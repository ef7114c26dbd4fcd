"""`$NAME` and `${NAME:-default}` in compose files, and the `.env` files that values come from."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from stigmer_doctor.lean_objects import compiled_later

_OPERATOR = compiled_later(r":?[-?+]")
_NAME = compiled_later(r"[A-Za-z_][A-Za-z0-9_]*")
_MOST_LEVELS = 50
_KEY = compiled_later(r"(?:export[ \t]+)?(?P<name>[\w.\-\[\]]+)[ \t]*(?P<separator>[=:]|$)[ \t]*", re.MULTILINE)
_ESCAPE = compiled_later(r"\\([abcfnrtv$\"\\])")
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "$": "$$"}


class Substituted(msgspec.Struct):
    """A text with its variables replaced, as compose does it: a variable that nothing sets is empty. `unset` are those;
    `required` are those without which compose refuses the file; `invalid`: the text is not a template."""

    text: str = ""
    unset: list[str] = msgspec.field(default_factory=list)
    required: list[str] = msgspec.field(default_factory=list)
    invalid: bool = False


def interpolates(text: str) -> bool:
    """Whether compose replaces anything in the text."""
    return "$" in text.replace("$$", "")


def interpolated(text: str, known: Mapping[str, str]) -> str | None:
    """The text with every variable replaced; None where one of them is not known and has no default."""
    found = substituted(text, known)
    return None if found.unset or found.required or found.invalid else found.text


def substituted(text: str, known: Mapping[str, str]) -> Substituted:
    """The text with every variable replaced."""
    found = Substituted()
    found.text = _replaced(text, known, found, 0) if "$" in text else text
    return found


def _replaced(text: str, known: Mapping[str, str], found: Substituted, level: int) -> str:
    parts, here = [], 0
    while (at := text.find("$", here)) >= 0:
        parts.append(text[here:at])
        name = _NAME.match(text, at + 1)
        end = _closing(text, at + 1) if text.startswith("{", at + 1) else -1
        if text.startswith("$", at + 1):
            parts.append("$")
            here = at + 2
        elif name:
            parts.append(_plain(name[0], known, found))
            here = name.end()
        elif end > 0 and level < _MOST_LEVELS:
            parts.append(_braced(text[at + 2 : end], known, found, level))
            here = end + 1
        elif text.startswith("{", at + 1):
            found.invalid = True
            here = at
            break
        else:
            parts.append("$")
            here = at + 1
    return "".join([*parts, text[here:]])


def _closing(text: str, start: int) -> int:
    """Where the brace that opens at `start` closes; -1 where it does not."""
    level = 0
    for at in range(start, len(text)):
        level += (text[at] == "{") - (text[at] == "}")
        if level == 0:
            return at
    return -1


def _braced(inner: str, known: Mapping[str, str], found: Substituted, level: int) -> str:
    name = _NAME.match(inner)
    operator = _OPERATOR.match(inner, name.end()) if name else None
    if name is None or (operator is None and name.end() != len(inner)):
        found.invalid = True
        return ""
    if operator is None:
        return _plain(name[0], known, found)
    value, word = known.get(name[0]), inner[operator.end() :]
    usable = value is not None and (bool(value) or len(operator[0]) == 1)
    if operator[0].endswith("+"):
        return _replaced(word, known, found, level + 1) if usable else value or ""
    if usable:
        return value or ""
    if operator[0].endswith("?"):
        found.required.append(name[0])
        return ""
    return _replaced(word, known, found, level + 1)


def _plain(name: str, known: Mapping[str, str], found: Substituted) -> str:
    if name not in known:
        found.unset.append(name)
    return known.get(name, "")


# ---- env files -------------------------------------------------------------------------------------------------------


def env_file(text: str, known: Mapping[str, str] | None = None) -> dict[str, tuple[str, int]]:
    """The variables of an env file: value and line (from 1), by name. Values may use those before them, and `known`.
    Never raises; what is not an assignment is passed over."""
    text = text.replace("\r\n", "\n")
    found: dict[str, tuple[str, int]] = {}
    given, here = known or {}, 0
    while here < len(text):
        match = _KEY.match(text, here) if not text[here].isspace() else None
        end = _line_end(text, here)
        if match and match["separator"] and match.end() <= end:
            so_far = {name: value for name, (value, _) in found.items()} | dict(given) if "$" in text else {}
            value, end = _value(text, match.end(), so_far)
            found[match["name"]] = (value, text.count("\n", 0, here) + 1)
        here = end + 1 if match or not text[here].isspace() else here + 1
    return found


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _value(text: str, start: int, known: Mapping[str, str]) -> tuple[str, int]:
    """A value, and where its line ends."""
    quote = text[start : start + 1]
    closing = _quoted(text, start) if quote in ("'", '"') else -1
    end = _line_end(text, max(start, closing))
    if closing < 0:
        return substituted(re.split(r" #", text[start:end], maxsplit=1)[0].rstrip(), known).text, end
    inner = text[start + 1 : closing].replace(f"\\{quote}", quote)
    if quote == "'":
        return inner, end
    return substituted(_ESCAPE.sub(lambda match: _ESCAPES.get(match[1], match[1]), inner), known).text, end


def _quoted(text: str, start: int) -> int:
    """Where the quote that opens at `start` closes; -1 where it does not."""
    quote, at = text[start], start + 1
    while at < len(text) and text[at] != quote:
        at += 2 if text[at] == "\\" else 1
    return at if at < len(text) else -1
