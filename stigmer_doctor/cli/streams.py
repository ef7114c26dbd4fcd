"""Standard input, output and error as they are given: closed, full, or gone. What is told on standard error is one
line without what a terminal obeys, and that it cannot be told ends nothing."""

from __future__ import annotations

import contextlib
import os
import sys

from stigmer_doctor.model.errors import UsageError
from stigmer_doctor.render.clean import one_line

WIPE = "\r\x1b[K"
_CLOSED = {0: os.O_WRONLY, 1: os.O_RDONLY, 2: os.O_RDWR}
"""With what a closed descriptor is filled: reading and writing the document fail, and errors go nowhere."""


def fill_closed() -> None:
    """Give every closed descriptor a file of its own: otherwise the next file or socket that is opened would take its
    number, and what is printed would go into that."""
    for descriptor, flags in _CLOSED.items():
        try:
            os.fstat(descriptor)
        except OSError:
            opened = os.open(os.devnull, flags)
            if opened != descriptor:  # the lowest free number, so nearly always the same
                os.dup2(opened, descriptor)
                os.close(opened)
    sys.stdin = sys.stdin or os.fdopen(0, "r", encoding="utf-8", closefd=False)
    sys.stdout = sys.stdout or os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", encoding="utf-8", closefd=False)


def tell(text: str, *, wipe: bool = False, end: str = "\n") -> None:
    """Write the line to standard error; with `wipe` over the line of progress that stands there."""
    with contextlib.suppress(OSError, ValueError):  # a full disk or a closed stream
        sys.stderr.write(f"{WIPE if wipe else ''}{one_line(text)}{end}")
        sys.stderr.flush()


def tell_error(message: str) -> None:
    """Tell what ended the command."""
    tell(f"stigmer-doctor: {' '.join(message.split())}")


def write_out(data: bytes) -> None:
    """Write the document to standard output. Raises UsageError where that is closed or full, and BrokenPipeError."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        drop_output()
        raise UsageError(f"cannot write to standard output: {error.strerror or error}") from error


def flush_out() -> None:
    """The same of what a library has printed."""
    write_out(b"")


def drop_output() -> None:
    """Nobody takes what is printed: it goes nowhere from now on, also what is still waiting to be written."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
