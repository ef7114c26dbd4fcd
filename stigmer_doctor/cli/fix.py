"""`stigmer-doctor fix`: plan, rehearse, apply, verify, or roll back."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING

from stigmer_doctor.cli import composition, output, recovery
from stigmer_doctor.cli.anonymize import anonymized
from stigmer_doctor.cli.collect_options import in_cluster
from stigmer_doctor.cli.consent import consent
from stigmer_doctor.cli.progress import progress
from stigmer_doctor.model.errors import UsageError

if TYPE_CHECKING:
    from stigmer_doctor.fix.context import FixOptions
    from stigmer_doctor.fix.run import Fixer
    from stigmer_doctor.model.fixes import Plan
    from stigmer_doctor.render.renderer import Report

_NEXT = "working"
"""What is in progress after a line that said what was done."""


def run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """0 fixed and verified (or the runner was measured to work), 1 not fixed, or not all that it needs to work, 2
    no consent, 3 no diagnosis, 4 rolled back, 5 the roll-back is incomplete."""
    if in_cluster(options):
        raise UsageError(
            "fix changes nothing in a cluster: change what makes the pods, as check --pod says; with --source it shows "
            "the place in the manifest"
        )
    record = _Record(options, environ)
    with composition.fixing(options, environ, record.say, record.show, record.progress) as fixer:
        recovery.name_unreadable(fixer, stop=not options.dry_run)
        result = recovery.announce(fixer) if options.dry_run else recovery.recover(fixer, options)
        if result is None:
            if not options.dry_run:
                fixer.clean_up()
            result = fixer.fix(_fix_options(options, record))
        if options.format == "json":
            output.publish("report", record.report(fixer, result.exit_code), options, environ)
        return result.exit_code


def _fix_options(options: argparse.Namespace, record: _Record) -> FixOptions:
    from stigmer_doctor.fix.context import FixOptions

    return FixOptions(
        select=options.select,
        dry_run=options.dry_run,
        unsafe=options.unsafe,
        keep_days=options.keep,
        wait_s=options.wait,
        consent=record.consent,
    )


class _Record:
    """What is planned and said: for a person as it comes, for a program in the report at the end."""

    def __init__(self, options: argparse.Namespace, environ: Mapping[str, str]) -> None:
        self._options, self._environ = options, environ
        self._plans: list[Plan] = []
        self._said: list[str] = []
        self.progress = progress()

    def say(self, line: str) -> None:
        self._said.append(line)
        output.say(line)
        self.progress(_NEXT)

    def consent(self, prompt: str) -> bool:
        self.progress("")  # nothing writes into the line of a question
        return consent(prompt, self._options)

    def show(self, plan: Plan) -> None:
        self.progress("")
        self._plans.append(plan)
        if self._options.format == "text":
            output.publish("plan", plan, self._options, self._environ)

    def report(self, fixer: Fixer, code: int) -> Report:
        """How things are now, and what was done."""
        from msgspec.structs import replace

        from stigmer_doctor.model.findings import FixRun
        from stigmer_doctor.render.renderer import Report

        run = FixRun(exit_code=code, plans=tuple(self._plans), said=tuple(self._said))
        facts, diagnosis = fixer.diagnosed()
        whole = (replace(diagnosis, fix_run=run), facts)
        return Report(*anonymized(whole, self._options, self._environ))
