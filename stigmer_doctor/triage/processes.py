"""Processes that judge beside the command."""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor

_ALLOCATIONS = 50_000
"""So many objects more than were freed, and garbage is looked for: facts and verdicts are freed without that, and what
is remembered of them would be walked through again and again."""


def pool(processes: int) -> ProcessPoolExecutor:
    """So many, which end with the command: where that is killed, they would wait for work for ever."""
    return ProcessPoolExecutor(processes, initializer=_begin)


def _begin() -> None:
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS)
    threading.Thread(target=_wait_for_the_end, daemon=True).start()


def _wait_for_the_end() -> None:
    if command := multiprocessing.parent_process():
        command.join()
        os._exit(1)
