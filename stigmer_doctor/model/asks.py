"""What a function asks for by the names of its parameters: rules and derived facts are functions of named facts."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

_NEEDED = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


class Asks(NamedTuple):
    """`needs` are its positional parameters: without one of them measured it is not called. `wants` are those that it
    takes by keyword only: they may arrive as `NotMeasured`."""

    needs: tuple[str, ...]
    wants: tuple[str, ...]


@cache
def asks(function: Callable[..., object]) -> Asks:
    """The names that the function asks for, in their order."""
    parameters = inspect.signature(function).parameters.values()
    return Asks(
        needs=tuple(parameter.name for parameter in parameters if parameter.kind in _NEEDED),
        wants=tuple(parameter.name for parameter in parameters if parameter.kind is inspect.Parameter.KEYWORD_ONLY),
    )
