"""Keeps from being made what nothing is done with, and from being made early what is needed late."""

from __future__ import annotations

from _thread import allocate_lock  # `threading`, which wraps it, takes longer to load than one expression to compile
from functools import partial

from stigmer_doctor.lean_expressions import compiled

TYPE_CHECKING = False  # as in `cli.main`
if TYPE_CHECKING:
    import re
    from collections.abc import Callable
    from typing import Any, AnyStr, TypeVar

    T = TypeVar("T")


def made_later(make: Callable[[], T]) -> T:
    """What `make` returns, made when something of it is used for the first time, by whatever thread."""
    return _Later(make)  # type: ignore[return-value] # it has all that the other has


def compiled_later(expression: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What `re.compile` returns. Compiling takes a millisecond for some, and a check of a runner that works matches
    few: no module compiles an expression while it is loaded. As `lean_expressions.compiled` for the project's own."""
    return made_later(partial(compiled, expression, flags))


class _Later:
    def __init__(self, make: Callable[[], Any]) -> None:
        self._make, self._making = make, allocate_lock()
        self._made: Any = None

    def __getattr__(self, name: str) -> Any:
        with self._making:
            if self._made is None:
                self._made = self._make()
        found = getattr(self._made, name)
        setattr(self, name, found)  # asked for once
        return found
