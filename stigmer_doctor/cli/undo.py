"""`stigmer-doctor undo`: put back what the last fix, or the named one, replaced."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from stigmer_doctor.cli import composition, output, recovery
from stigmer_doctor.cli.consent import consent
from stigmer_doctor.model.exit_codes import ExitCode


def run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """0 when the old container is back, 1 when there is none, 2 without consent, 5 when the roll-back is incomplete."""
    from stigmer_doctor.fix.context import NO_CONSENT
    from stigmer_doctor.fix.result import FixResult

    with composition.fixing(options, environ, output.say, lambda _: None) as fixer:
        recovery.name_unreadable(fixer, stop=False)
        if options.list:
            output.publish("fixes", fixer.fixes(), options, environ)
            return ExitCode.OK
        recovered = recovery.recover(fixer, options)
        if recovered is not None:
            return recovered.exit_code
        found = [journal for journal in fixer.fixes() if options.id in (None, journal.id)]
        if not found:
            none = f"There is no fix {options.id}: `stigmer-doctor undo --list` shows those that there are."
            output.say(none if options.id else "There is no fix that could be undone.")
            return FixResult.LEFT.exit_code
        if not consent(f"Put {found[0].kept} back as {found[0].name}", options):
            output.say(NO_CONSENT)
            return FixResult.NO_CONSENT.exit_code
        return fixer.undo(found[0]).exit_code
