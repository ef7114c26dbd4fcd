"""Processes that judge beside the command."""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor


def pool(processes: int) -> ProcessPoolExecutor:
    """So many, which end with the command: where that is killed, they would wait for work for ever."""
    return ProcessPoolExecutor(processes, initializer=_end_with_the_command)


def _end_with_the_command() -> None:
    threading.Thread(target=_wait_for_the_end, daemon=True).start()


def _wait_for_the_end() -> None:
    if command := multiprocessing.parent_process():
        command.join()
        os._exit(1)
