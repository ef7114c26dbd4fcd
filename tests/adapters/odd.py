"""An engine's answer with something odd in one place of it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

ODD: tuple[Any, ...] = (None, [], {}, "", 0, True, -1.5, "odd", [None], ["odd"], [[]], {"odd": None}, [{"odd": 0}])
ABSENT: Any = object()


def places(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything that stands in an answer."""
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*here, key)
        yield from places(item, (*here, key))


def changed(answer: Any, place: tuple[Any, ...], value: Any) -> Any:
    """The answer with the value in that place, or with nothing there."""
    made = copy.deepcopy(answer)
    within = made
    for key in place[:-1]:
        within = within[key]
    if value is ABSENT:
        del within[place[-1]]
    else:
        within[place[-1]] = value
    return made
