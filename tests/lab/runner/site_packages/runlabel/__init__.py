"""A library of somebody else's that reads a variable of its own."""

import os


def label() -> str:
    return os.environ.get("STIGMER_RUN_LABEL", "")
