"""`$NAME` and `${NAME:-default}` in compose files, and the `.env` files that values come from."""

from __future__ import annotations

import re
from collections.abc import Mapping

_INNERMOST = re.compile(
    r"\$\{(?P<name>[A-Za-z_]\w*)(?:(?P<operator>:?[-?+])(?P<word>[^{}]*))?\}|\$(?P<bare>[A-Za-z_]\w*)"
)
_ESCAPED, _HELD = "$$", "\0"
_LINE = re.compile(r"(?:export\s+)?(?P<name>[A-Za-z_][\w.-]*)\s*(?:=\s*(?P<value>.*))?")
_MOST_LEVELS = 20


def interpolates(text: str) -> bool:
    """Whether compose replaces anything in the text."""
    return "$" in text.replace(_ESCAPED, "")


def interpolated(text: str, known: Mapping[str, str]) -> str | None:
    """The text with every variable replaced; None where one of them is not known and has no default."""
    held = text.replace(_ESCAPED, _HELD)
    for _ in range(_MOST_LEVELS):
        match = _INNERMOST.search(held)
        if match is None:
            break
        value = _value(match, known)
        if value is None:
            return None
        # What a value holds is not looked at again.
        held = held[: match.start()] + value.replace("$", _HELD) + held[match.end() :]
    return None if "$" in held else held.replace(_HELD, "$")


def _value(match: re.Match[str], known: Mapping[str, str]) -> str | None:
    name, operator, word = match["name"] or match["bare"], match["operator"] or "", match["word"] or ""
    value = known.get(name)
    usable = value is not None and (bool(value) or not operator.startswith(":"))
    if operator.endswith("+"):
        return word if usable else ""
    if usable:
        return value
    return word if operator.endswith("-") else None


def env_file(text: str) -> dict[str, tuple[str, int]]:
    """The variables of an env file: value and line (from 1), by name. Never raises."""
    found: dict[str, tuple[str, int]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        match = _LINE.fullmatch(line.strip())
        if match and match["value"] is not None:
            found[match["name"]] = (_unquoted(match["value"]), number)
    return found


def _unquoted(value: str) -> str:
    value = value.strip()
    for quote in "'\"":
        if value.startswith(quote) and (end := value.find(quote, 1)) > 0:
            return value[1:end]
    return re.split(r"\s#", value, maxsplit=1)[0].rstrip()
