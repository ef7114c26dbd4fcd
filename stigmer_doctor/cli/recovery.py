"""What `fix` and `undo` do first: fixes that were interrupted come to their end before anything else is done."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from stigmer_doctor.cli.consent import consent
from stigmer_doctor.cli.output import say
from stigmer_doctor.model.errors import UsageError

if TYPE_CHECKING:
    from stigmer_doctor.fix.result import FixResult
    from stigmer_doctor.fix.run import Fixer


def name_unreadable(fixer: Fixer, *, stop: bool) -> None:
    """Name the journals that cannot be read. Raises UsageError, where it is to `stop` there: what was interrupted is
    not known then."""
    lines = fixer.unreadable()
    for line in lines:
        say(line)
    if stop and lines:
        raise UsageError("nothing was changed: a journal of an earlier fix cannot be read")


def announce(fixer: Fixer) -> FixResult | None:
    """LEFT where a fix was interrupted: what there is now is not what the next fix will find. None otherwise."""
    from stigmer_doctor.fix.result import FixResult

    found = fixer.interrupted()
    for journal in found:
        say(
            f"A fix of {journal.name} was interrupted at this step: {journal.begun or 'none was begun'}. It is brought "
            "to its end, or rolled back, before anything is planned; with --dry-run nothing is changed."
        )
    return FixResult.LEFT if found else None


def recover(fixer: Fixer, options: argparse.Namespace) -> FixResult | None:
    """What became of interrupted fixes; None when there were none."""
    from stigmer_doctor.fix.context import NO_CONSENT
    from stigmer_doctor.fix.result import FixResult, worst

    results = []
    for journal in fixer.interrupted():
        say(f"A fix of {journal.name} was interrupted at this step: {journal.begun or 'none was begun'}.")
        if not consent("Bring it to its end, or roll it back", options):
            say(NO_CONSENT)
            return FixResult.NO_CONSENT
        results.append(fixer.recover(journal))
    return worst(*results) if results else None
