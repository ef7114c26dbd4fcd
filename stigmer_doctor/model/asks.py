"""What a function asks for by the names of its parameters: rules and derived facts are functions of named facts."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import FunctionType

import msgspec


class Asks(msgspec.Struct, frozen=True):
    """`needs` are its positional parameters: without one of them measured it is not called. `wants` are those that it
    takes by keyword only: they may arrive as `NotMeasured`."""

    needs: tuple[str, ...]
    wants: tuple[str, ...]


@cache
def asks(function: Callable[..., object]) -> Asks:
    """The names that the function asks for, in their order. Raises TypeError for what is not written with `def`: its
    names stand in its code, and `inspect`, which would find them elsewhere too, takes its time to load."""
    if not isinstance(function, FunctionType):
        raise TypeError(f"{function!r} is not a plain function")
    code = function.__code__
    needed = code.co_argcount
    return Asks(needs=code.co_varnames[:needed], wants=code.co_varnames[needed : needed + code.co_kwonlyargcount])
