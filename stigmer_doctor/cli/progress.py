"""What is being done, on one line of a terminal that the next step wipes."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable

from stigmer_doctor.cli.streams import tell

_EVERY_S = 1.0


def progress() -> Callable[[str], None]:
    """Told each step, and "" at the end. A step that takes longer than a second is shown with the seconds so far.
    Silent where standard error is not a terminal."""
    return _Line().show if sys.stderr.isatty() else lambda _: None


class _Line:
    """One thread, which ends with the last step, writes the time; none is needed for what is quick."""

    def __init__(self) -> None:
        self._step, self._since = "", 0.0
        self._changed = threading.Condition()
        self._clock: threading.Thread | None = None

    def show(self, step: str) -> None:
        with self._changed:
            self._step, self._since = step, time.monotonic()
            _write(f"{step} ..." if step else "")
            self._changed.notify()
        if step and self._clock is None:
            self._clock = threading.Thread(target=self._tick, daemon=True)
            self._clock.start()

    def _tick(self) -> None:
        with self._changed:
            while self._step:
                # The end may come after the time is over and before this thread goes on.
                if not self._changed.wait(_EVERY_S) and self._step:
                    _write(f"{self._step} ... {time.monotonic() - self._since:.0f} s")
            self._clock = None


def _write(line: str) -> None:
    tell(line, wipe=True, end="")
