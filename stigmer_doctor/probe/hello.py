"""The first that the program in a container says. Standard library only, Python 3.8 or later.

It says so before it loads what it looks with: the doctor's first question is on its way meanwhile.
"""

from __future__ import annotations

import os
import sys

from stigmer_doctor.probe.wire import HELLO, REPLY, frame


def say_hello(mark: str) -> None:
    """Tell on standard output which compiled code this interpreter runs, so that more of it can follow."""
    try:
        sys.stdout.buffer.write(frame(REPLY, HELLO, mark.encode("ascii")))
        sys.stdout.buffer.flush()
    except (OSError, ValueError):
        os._exit(0)  # nobody listens any more
