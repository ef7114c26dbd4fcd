"""`stigmer-doctor check`: diagnose, print, and say in the exit code how it went."""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial

from stigmer_doctor.cli import output
from stigmer_doctor.cli.anonymize import anonymized
from stigmer_doctor.cli.collect_options import in_cluster
from stigmer_doctor.cli.gather import container_name, gather, load, refuse_beside_snapshot
from stigmer_doctor.model.errors import UsageError

TYPE_CHECKING = False  # as in `cli.main`
if TYPE_CHECKING:
    from stigmer_doctor.model.facts import Facts
    from stigmer_doctor.model.findings import Diagnosis
    from stigmer_doctor.render.renderer import Report

_CLEAR = "\x1b[H\x1b[2J"
"""Of a terminal: to its first line, and wipe all."""


def run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Exit code 0, 1, 2 or 3 as in `app.exit_code`; that of the last look where there were several."""
    _refuse_contradictions(options)
    refuse_beside_snapshot(options, environ)
    for file in (options.output, options.save_snapshot):
        output.check_writable(file)
    report = _watched(options, environ) if options.wait or options.watch else _look(options, environ)
    from stigmer_doctor import app, snapshot

    diagnosis, facts = report
    if options.save_snapshot:
        output.write(snapshot.dump(facts), options.save_snapshot)
    output.publish("report", report, options, environ)
    # Pods have a new name each time: what is kept by name would only grow.
    if not (options.snapshot or options.pre or options.anonymize or options.no_keep_pass or in_cluster(options)):
        _keep_pass(facts, diagnosis, environ)
    return app.exit_code(diagnosis, options.fail_on)


def _refuse_contradictions(options: argparse.Namespace) -> None:
    if options.snapshot and (options.wait or options.watch):
        raise UsageError("a snapshot does not change: leave --wait and --watch out, or --snapshot")
    if options.pre and (options.pod or options.deployment):
        raise UsageError("--pre plans a container on an engine: leave --pod and --deployment out")
    if options.save_snapshot and options.save_snapshot == (options.output or "-"):
        raise UsageError("the report and its snapshot are two documents: name another file with --save-snapshot")
    if options.watch and (options.wait or options.output or options.save_snapshot or options.format != "text"):
        raise UsageError(
            "--watch goes on for ever, and shows text: leave --wait, --output, --save-snapshot and --format out"
        )


def _look(options: argparse.Namespace, environ: Mapping[str, str], *, quiet: bool = False) -> Report:
    facts = load(options.snapshot) if options.snapshot else gather(options, environ, quiet=quiet)
    facts = anonymized(facts, options, environ)
    from stigmer_doctor import app, profile
    from stigmer_doctor.render.renderer import Report

    diagnosis = app.diagnose(facts, profile.load(), app.selection(options.select, options.ignore))
    return Report(diagnosis, facts)


def _watched(options: argparse.Namespace, environ: Mapping[str, str]) -> Report:
    """Look again and again; the report of the last look. A watch ends when the user ends it."""
    from stigmer_doctor import app
    from stigmer_doctor.cli import watch

    screen = options.watch and sys.stdout.isatty()
    line = watch.changes(
        partial(output.live, options=options, environ=environ, screen=screen),
        (lambda text: output.write(_CLEAR + text, None)) if screen else _timed(options),
    )
    found = watch.looks(lambda: _look(options, environ, quiet=screen))
    return watch.until_it_works(
        found,
        lambda report: not options.watch and app.exit_code(report.diagnosis, options.fail_on) == 0,
        line,
        math.inf if options.watch else options.wait,
    )


def _timed(options: argparse.Namespace) -> Callable[[str], None]:
    """Writes a line with the time of day: the watch's are its document, those of a wait are not."""

    def tell(text: str) -> None:
        line = f"{time.strftime('%H:%M:%S')} {text.rstrip()}"
        if options.watch:
            output.write(f"{line}\n", None)
        else:
            output.say(line)

    return tell


def _keep_pass(facts: Facts, diagnosis: Diagnosis, environ: Mapping[str, str]) -> None:
    """Keep what a runner that works looks like, for `diff --since-pass`. A selection passes on less."""
    from stigmer_doctor import snapshot
    from stigmer_doctor.cli import composition
    from stigmer_doctor.model.findings import Status

    whole = not any(check.suppressed for check in diagnosis.checks)
    if diagnosis.status is Status.PASS and whole and container_name(facts):
        composition.kept_passes(environ).save(container_name(facts), snapshot.dump(facts))
