"""`stigmer-doctor check`: diagnose, print, and say in the exit code how it went."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING

from stigmer_doctor.cli import output
from stigmer_doctor.cli.anonymize import anonymized
from stigmer_doctor.cli.progress import progress
from stigmer_doctor.cli.read import read

if TYPE_CHECKING:
    from stigmer_doctor.model.facts import Facts


def run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Exit code 0, 1, 2 or 3 as in `app.exit_code`."""
    for file in (options.output, options.save_snapshot):
        output.check_writable(file)
    facts = anonymized(_facts(options, environ), options, environ)
    from stigmer_doctor import app, profile, snapshot
    from stigmer_doctor.render.renderer import Report

    if options.save_snapshot:
        output.write(snapshot.dump(facts), options.save_snapshot)
    diagnosis = app.diagnose(facts, profile.load(), app.selection(options.select, options.ignore))
    output.publish("report", Report(diagnosis, facts), options, environ)
    return app.exit_code(diagnosis, options.fail_on)


def _facts(options: argparse.Namespace, environ: Mapping[str, str]) -> Facts:
    if options.snapshot:
        from stigmer_doctor import snapshot

        return snapshot.load(read(options.snapshot), options.snapshot)
    from stigmer_doctor.cli import composition

    meanwhile = composition.load_the_rest
    with composition.collecting(options, environ, progress=progress(), meanwhile=meanwhile) as (wanted, ports):
        from stigmer_doctor import app  # not before the clients load in their process

        return app.gather(wanted, ports)
