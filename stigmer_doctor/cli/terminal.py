"""How wide the terminal is."""

from __future__ import annotations

import os
import sys


def columns(otherwise: int) -> int:
    """What COLUMNS says, else standard output's terminal, else `otherwise`. As `shutil.get_terminal_size`, which loads
    three compressors."""
    told = os.environ.get("COLUMNS", "")
    if told.isdecimal() and int(told):
        return int(told)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or otherwise  # type: ignore[union-attr] # None where there is none
    except (AttributeError, ValueError, OSError):  # no standard output, a closed one, or not a terminal
        return otherwise
