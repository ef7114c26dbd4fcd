"""The first that the program in a container says. Standard library only, Python 3.8 or later.

It says so before it loads what it looks with: the doctor's first question is on its way meanwhile.
"""

from __future__ import annotations

import os
import sys

from stigmer_doctor.probe.wire import HELLO, REPLY, frame


def mark() -> str:
    """Which compiled code this interpreter runs: its name, and the number that its versions have."""
    number = getattr(sys.modules.get("_frozen_importlib_external"), "MAGIC_NUMBER", b"")
    return "%s %s" % (sys.implementation.name, number.hex())


def say_hello() -> None:
    """Tell the mark on standard output."""
    try:
        sys.stdout.buffer.write(frame(REPLY, HELLO, mark().encode("ascii")))
        sys.stdout.buffer.flush()
    except (OSError, ValueError):
        os._exit(0)  # nobody listens any more
