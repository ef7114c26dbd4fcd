"""Commands that have actions: how many words each action takes."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from stigmer_doctor.model.errors import UsageError

Actions = Mapping[str, tuple[int, int | None]]
"""How many words each action takes, at least and at most."""


def expect_words(options: argparse.Namespace, actions: Actions, what: str) -> None:
    """Raises UsageError where the action does not take so many words; `what` they are."""
    least, most = actions[options.action]
    if len(options.words) < least or (most is not None and len(options.words) > most):
        name = f"{options.command} {options.action}"
        raise UsageError(f"{name} takes {_number(least, most, what)}: see stigmer-doctor {options.command} --help")


def _number(least: int, most: int | None, what: str) -> str:
    if most is None:
        return f"{least} {what} or more"
    return f"{most} argument{'' if most == 1 else 's'}{' at most' if least < most else ''}" if most else "no argument"
