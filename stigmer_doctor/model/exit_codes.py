"""What the command says in its exit code, whatever the command and the format."""

from __future__ import annotations

from enum import IntEnum

FAIL_ON = ("error", "warning", "never")
"""What --fail-on takes: from which severity on a finding makes the exit code 1."""


class ExitCode(IntEnum):
    """The numbers are promises: `--help` and the README list them."""

    OK = 0
    """Every service answered, and nothing is at or above --fail-on; or: done, and verified."""
    FINDINGS = 1
    """Something was found, or is left to be done."""
    USAGE = 2
    """A usage, configuration or internal error; no consent."""
    NO_DIAGNOSIS = 3
    """No engine, no such container, a snapshot that cannot be read, or a service that could not be asked."""
    ROLLED_BACK = 4
    """A fix did not verify."""
    INCOMPLETE = 5
    """A roll-back is incomplete: what is left was printed."""
    INTERRUPTED = 130
    """By Ctrl-C, as a shell reports it."""
