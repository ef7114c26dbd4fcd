"""`stigmer-doctor undo`: put back what the last fix, the last one of a container, or the named one, replaced."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING

from stigmer_doctor.cli import composition, output, recovery
from stigmer_doctor.cli.consent import consent
from stigmer_doctor.cli.environment import variable
from stigmer_doctor.model.exit_codes import ExitCode

if TYPE_CHECKING:
    from stigmer_doctor.model.fixes import Journal


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
        found = [journal for journal in fixer.fixes() if _meant(journal, options, environ)]
        if not found:
            output.say(f"There is no fix {_named(options)}: `stigmer-doctor undo --list` shows those that there are.")
            return FixResult.LEFT.exit_code
        was = f"{found[0].kept} back as {found[0].name}" if found[0].kept else f"the files of {found[0].name} back"
        if not consent(f"Put {was}", options):
            output.say(NO_CONSENT)
            return FixResult.NO_CONSENT.exit_code
        return fixer.undo(found[0]).exit_code


def _meant(journal: Journal, options: argparse.Namespace, environ: Mapping[str, str]) -> bool:
    """Whether it is the fix that is named, or one of the container that is: another one's is never undone in its place.
    What a machine's environment names for every command leaves fixes of files as they are."""
    if options.id:
        return bool(journal.id == options.id)
    wanted = options.container
    if not wanted:
        return True
    if not journal.old_id:
        return bool(wanted == environ.get(variable("--container")))
    ids = (journal.old_id, journal.new_id)
    return wanted == journal.name or any(identifier.startswith(wanted) for identifier in ids)


def _named(options: argparse.Namespace) -> str:
    if options.id:
        return str(options.id)
    return f"of {options.container} that could be undone" if options.container else "that could be undone"
