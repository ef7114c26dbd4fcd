"""`stigmer-doctor check`: diagnose, print, and say in the exit code how it went."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING

from stigmer_doctor.cli import output
from stigmer_doctor.cli.anonymize import anonymized
from stigmer_doctor.cli.gather import container_name, gather, load

if TYPE_CHECKING:
    from stigmer_doctor.model.facts import Facts
    from stigmer_doctor.model.findings import Diagnosis


def run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Exit code 0, 1, 2 or 3 as in `app.exit_code`."""
    for file in (options.output, options.save_snapshot):
        output.check_writable(file)
    facts = anonymized(load(options.snapshot) if options.snapshot else gather(options, environ), options, environ)
    from stigmer_doctor import app, profile, snapshot
    from stigmer_doctor.render.renderer import Report

    if options.save_snapshot:
        output.write(snapshot.dump(facts), options.save_snapshot)
    diagnosis = app.diagnose(facts, profile.load(), app.selection(options.select, options.ignore))
    output.publish("report", Report(diagnosis, facts), options, environ)
    if not (options.snapshot or options.anonymize or options.no_keep_pass):
        _keep_pass(facts, diagnosis, environ)
    return app.exit_code(diagnosis, options.fail_on)


def _keep_pass(facts: Facts, diagnosis: Diagnosis, environ: Mapping[str, str]) -> None:
    """Keep what a runner that works looks like, for `diff --since-pass`. A selection passes on less."""
    from stigmer_doctor import snapshot
    from stigmer_doctor.cli import composition
    from stigmer_doctor.model.findings import Status

    whole = not any(check.suppressed for check in diagnosis.checks)
    if diagnosis.status is Status.PASS and whole and container_name(facts):
        composition.kept_passes(environ).save(container_name(facts), snapshot.dump(facts))
