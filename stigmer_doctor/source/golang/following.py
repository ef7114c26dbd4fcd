"""Room for following code that calls code that calls code."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_MOST_FRAMES = 9000
"""The resolver stops long before: it counts how deep it is."""
_STACK = 64 * 1024 * 1024
"""In bytes; taken only as far as it is used. A thread has 512 KiB on some systems, which so many frames overflow."""
_BETWEEN_COLLECTIONS = 100_000
"""Nearly all objects that are made here are kept to the end: to look for garbage often is in vain."""
T = TypeVar("T")


def deeply(work: Callable[[], T]) -> T:
    """What the work gives, done in a thread of its own that has the room."""
    before, thresholds = sys.getrecursionlimit(), gc.get_threshold()
    sys.setrecursionlimit(max(before, _MOST_FRAMES))
    gc.set_threshold(_BETWEEN_COLLECTIONS, *thresholds[1:])
    try:
        return _in_thread(work)
    finally:
        gc.set_threshold(*thresholds)
        sys.setrecursionlimit(before)


def _in_thread(work: Callable[[], T]) -> T:
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="go") as pool:
        usual = threading.stack_size(_STACK)
        try:
            done = pool.submit(work)
        finally:
            threading.stack_size(usual)
        return done.result()
