"""Limits of time and memory for what runs in this process."""

from __future__ import annotations

import gc
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

CPU_S = 10.0
REAL_S = 60.0
"""For what waits instead of working; the machine may be busy."""
MOST_BYTES = 250 * 1024 * 1024
_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")
MEASURES = sys.platform == "linux"


class TooLong(BaseException):
    """Not an Exception: nothing that contains errors may contain this one."""


class TooMuch(BaseException):
    """Memory."""


class Spent(NamedTuple):
    """What a run took; `error` is what ended it, None where it came to its end."""

    seconds: float
    bytes: int
    error: BaseException | None


def limited(run: Callable[[], object]) -> Spent:
    """Run it in this thread, which is the main one; it is interrupted after `CPU_S` of work, or `REAL_S`."""
    before, error = _peak(reset=True), None
    started = time.process_time()
    handlers = [signal.signal(number, _interrupt) for number in (signal.SIGPROF, signal.SIGALRM)]
    signal.setitimer(signal.ITIMER_PROF, CPU_S)
    signal.setitimer(signal.ITIMER_REAL, REAL_S)
    try:
        run()
    except (Exception, TooLong) as ended:  # noqa: BLE001 - what is looked for
        error = ended
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in zip((signal.SIGPROF, signal.SIGALRM), handlers, strict=True):
            signal.signal(number, handler)
    seconds, taken = time.process_time() - started, _peak() - before
    return Spent(seconds, taken, TooMuch(f"{taken >> 20} MiB") if error is None and taken > MOST_BYTES else error)


def resident() -> int:
    """Bytes of memory that this process has once garbage is gone; 0 where nobody counts them."""
    gc.collect()
    return _status("VmRSS")


def _peak(*, reset: bool = False) -> int:
    """The most bytes since it was last reset."""
    if reset and MEASURES:
        _RESET.write_text("5")
    return _status("VmHWM")


def _status(name: str) -> int:
    if not MEASURES:
        return 0
    line = next(line for line in _STATUS.read_text().splitlines() if line.startswith(name))
    return 1024 * int(line.split()[1])


def _interrupt(number: int, _frame: object) -> None:
    raise TooLong(signal.Signals(number).name)
