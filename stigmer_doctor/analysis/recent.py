"""A mapping that keeps what was asked for lately."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class RecentValues(Generic[Key, Value]):
    """Of a limited weight, in two generations: when the young one has reached half of it, that takes the place of the
    old one, of which so far nothing was asked for."""

    def __init__(self, most: int, weight: Callable[[Key], int] = lambda _: 1) -> None:
        self._half, self._weight = most // 2, weight
        self._young: dict[Key, Value] = {}
        self._old: dict[Key, Value] = {}
        self._weighs = 0

    def get(self, key: Key) -> Value | None:
        """The value, unless it is not known, or not any longer."""
        found = self._young.get(key)
        if found is None:
            found = self._old.get(key)
            if found is not None:
                self.put(key, found)
        return found

    def put(self, key: Key, value: Value) -> None:
        """Keep it for some time."""
        if self._weighs >= self._half:
            self._old, self._young, self._weighs = self._young, {}, 0
        self._young[key] = value
        self._weighs += self._weight(key)
