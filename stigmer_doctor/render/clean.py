"""Text from outside (logs, variables, errors) made harmless for whoever looks at it."""

from __future__ import annotations

from stigmer_doctor.lean_objects import compiled_later

_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_HIDDEN = compiled_later(r"<hidden \d+>")


def one_line(text: str) -> str:
    """The text on one line: control, formatting and line-separating characters are written as escapes.

    A terminal would obey an escape sequence in a log line, and a bidirectional override would make it lie.
    """
    if text.isprintable():  # nearly always, and much faster
        return text
    return "".join(_escape(char) for char in text.replace("\t", "    "))


def ascii_only(text: str) -> str:
    """The text with everything beyond ASCII written as an escape."""
    return text.encode("ascii", "backslashreplace").decode("ascii")


def printable(text: str) -> bool:
    """Whether the text can be shown as it is."""
    return (text.isascii() and text.isprintable()) or all(_category(char) not in _UNSAFE for char in text)


def holds_hidden(text: str) -> bool:
    """Whether something in it was redacted, so that it is not the real value."""
    return bool(_HIDDEN.search(text))


def shorten(text: str, length: int) -> str:
    """At most `length` characters, the last of them an ellipsis when something was left out."""
    return text if len(text) <= length else text[: max(length - 1, 0)] + "…"


def _escape(character: str) -> str:
    if _category(character) not in _UNSAFE:
        return character
    return {"\n": "\\n", "\r": "\\r"}.get(character) or ascii(character)[1:-1]


def _category(character: str) -> str:
    import unicodedata  # its tables are loaded for what is not plain

    return unicodedata.category(character)
