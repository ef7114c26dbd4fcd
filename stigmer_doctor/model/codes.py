"""What the codes of rules tell by themselves."""

from __future__ import annotations

_SOURCE = ("SD8", "SD9")


def about_source(code: str) -> bool:
    """Whether the rule of that code is about source files: it needs no engine, and what repairs a container does not
    repair them."""
    return code.startswith(_SOURCE)
