"""Room for following code that calls code that calls code."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_MOST_FRAMES = 9000
"""The resolver stops long before: it counts how deep it is. None of these frames needs room on the machine's stack."""
_BETWEEN_COLLECTIONS = 100_000
"""Nearly all objects that are made here are kept to the end: to look for garbage often is in vain."""


@contextmanager
def deep() -> Iterator[None]:
    before, thresholds = sys.getrecursionlimit(), gc.get_threshold()
    sys.setrecursionlimit(max(before, _MOST_FRAMES))
    gc.set_threshold(_BETWEEN_COLLECTIONS, *thresholds[1:])
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        sys.setrecursionlimit(before)
