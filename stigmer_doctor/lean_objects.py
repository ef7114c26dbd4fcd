"""Keeps regular expressions from being compiled that nothing is matched with."""

from __future__ import annotations

import re
from functools import partial

TYPE_CHECKING = False  # as in `cli.main`
if TYPE_CHECKING:
    from typing import Any


def compiled_later(expression: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` returns, compiled when something of it is used. Compiling takes a millisecond for some, and a
    check of a runner that works needs few."""
    return _Later(partial(re.compile, expression, flags))  # type: ignore[return-value] # it has all that a pattern has


class _Later:
    def __init__(self, compile_now: partial[re.Pattern[str]]) -> None:
        self._compile_now = compile_now

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._compile_now(), name)
        setattr(self, name, found)  # asked for once
        return found
