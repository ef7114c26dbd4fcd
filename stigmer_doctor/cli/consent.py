"""Asks the user before anything is changed."""

from __future__ import annotations

import argparse
import sys

from stigmer_doctor.cli.streams import tell


def consent(prompt: str, options: argparse.Namespace) -> bool:
    """Whether the user agrees: with --yes, or with an answer on a terminal; never without one of them."""
    if options.yes:
        return True
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    tell(f"{prompt}? [y/N] ", end="")
    return sys.stdin.readline().strip().lower() in ("y", "yes")
