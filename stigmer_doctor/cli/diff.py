"""`stigmer-doctor diff`: what changed between two snapshots, or since a runner last passed."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from stigmer_doctor.cli import output
from stigmer_doctor.cli.anonymize import anonymized
from stigmer_doctor.cli.gather import container_name, gather, load_swept
from stigmer_doctor.model.errors import CannotDiagnose, UsageError
from stigmer_doctor.model.exit_codes import ExitCode

if TYPE_CHECKING:
    from stigmer_doctor.model.facts import Facts

    Named: TypeAlias = tuple[str, Facts]


def run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """0 when nothing changed, 1 when something did, 3 when there is nothing to compare."""
    _check_usage(options)
    output.check_writable(options.output)
    compared = _since_pass(options, environ) if options.since_pass else _both(options)
    from stigmer_doctor import app, profile

    (was, before), (now, after) = anonymized(compared, options, environ)
    found = app.diff(before, after, profile.load(), (was, now))
    output.publish("diff", found, options, environ)
    return ExitCode.OK if found.nothing else ExitCode.FINDINGS


def _check_usage(options: argparse.Namespace) -> None:
    given = len(options.snapshots)
    if options.since_pass and given > 1:
        raise UsageError("diff --since-pass takes one snapshot or container, or none for the runner as it is now")
    if not options.since_pass and given != 2:
        raise UsageError("diff takes two snapshots, the older one first, or --since-pass")


def _both(options: argparse.Namespace) -> tuple[Named, Named]:
    first, second = options.snapshots
    return (first, load_swept(first)), (second, load_swept(second))


def _since_pass(options: argparse.Namespace, environ: Mapping[str, str]) -> tuple[Named, Named]:
    """What the last check with a pass kept of the container, and what is compared with it."""
    from stigmer_doctor import profile

    named = options.snapshots[0] if options.snapshots else ""
    saved = named == "-" or Path(named).is_file()
    if not saved:
        options.container = named or options.container
    facts = load_swept(named) if saved else gather(options, environ)
    kept = _kept(container_name(facts) or options.container or profile.load().container_name, environ)
    return ("the last pass", kept), (named if saved else "now", facts)


def _kept(container: str, environ: Mapping[str, str]) -> Facts:
    from stigmer_doctor import snapshot
    from stigmer_doctor.cli import composition

    data = composition.kept_passes(environ).load(container)
    if data is None:
        raise CannotDiagnose(f"no check of {container} has passed here yet, so that there is nothing to compare with")
    return snapshot.load(data, "the snapshot of the last pass")
