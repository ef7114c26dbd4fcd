"""Asks the user before anything is changed."""

from __future__ import annotations

import argparse
import sys


def consent(prompt: str, options: argparse.Namespace) -> bool:
    """Whether the user agrees: with --yes, or with an answer on a terminal; never without one of them."""
    if options.yes:
        return True
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    sys.stderr.write(f"{prompt}? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
