"""Room for following code that calls code that calls code."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_MOST_FRAMES = 9000
"""The resolver stops long before: it counts how deep it is. None of these frames needs room on the machine's stack."""


@contextmanager
def deep() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _MOST_FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
