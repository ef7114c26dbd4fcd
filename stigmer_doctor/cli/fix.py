"""`stigmer-doctor fix` and `stigmer-doctor undo`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from stigmer_doctor.cli import output
from stigmer_doctor.cli.live import repairing

if TYPE_CHECKING:
    from stigmer_doctor.fix.run import Fixer
    from stigmer_doctor.model.fixes import Plan
    from stigmer_doctor.render.renderer import Report


def run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """0 repaired and verified (or the runner was measured to work), 1 not repaired, or not all that it needs to work, 2
    no consent, 3 no diagnosis, 4 rolled back, 5 the way back is incomplete."""
    from stigmer_doctor.fix.context import FixOptions

    record = _Record(options, environ)
    with repairing(options, environ, record.say, record.show) as fixer:
        code = _unfinished(fixer) if options.dry_run else _recovered(fixer, options)
        if code is None:
            if not options.dry_run:
                fixer.clean_up()
            fix_options = FixOptions(
                select=options.select,
                dry_run=options.dry_run,
                unsafe=options.unsafe,
                keep_days=options.keep,
                wait_s=options.wait,
                consent=lambda prompt: _consent(prompt, options),
            )
            code = fixer.fix(fix_options)
        if options.format == "json":
            output.publish("report", record.report(fixer, code), options, environ)
        return code


class _Record:
    """What is planned and said: for a person as it comes, for a program in the report at the end."""

    def __init__(self, options: argparse.Namespace, environ: Mapping[str, str]) -> None:
        self._options, self._environ = options, environ
        self._plans: list[Plan] = []
        self._said: list[str] = []

    def say(self, line: str) -> None:
        self._said.append(line)
        _say(line)

    def show(self, plan: Plan) -> None:
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
        return Report(replace(diagnosis, fix_run=run), facts)


def undo(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """0 when the old container is back, 1 when there is none, 2 without consent, 5 when the way back is incomplete."""
    with repairing(options, environ, _say, lambda _: None) as fixer:
        if options.list:
            output.publish("fixes", fixer.fixes(), options, environ)
            return 0
        code = _recovered(fixer, options)
        if code is not None:
            return code
        found = [other for other in fixer.fixes() if options.id in (None, other.id)]
        if not found:
            _say(f"There is no fix {options.id}." if options.id else "There is no fix that could be undone.")
            return 1
        if not _consent(f"Put {found[0].kept} back as {found[0].name}", options):
            _say("Nothing was changed: it takes your consent, on a terminal or with --yes.")
            return 2
        return fixer.undo(found[0])


def _unfinished(fixer: Fixer) -> int | None:
    """1 where a fix was interrupted: what there is now is not what the next fix will find. None otherwise."""
    found = fixer.interrupted()
    for journal in found:
        _say(
            f"A fix of {journal.name} was interrupted at this step: {journal.begun or 'none was begun'}. It is brought "
            "to its end, or rolled back, before anything is planned; with --dry-run nothing is changed."
        )
    return 1 if found else None


def _recovered(fixer: Fixer, options: argparse.Namespace) -> int | None:
    """What became of interrupted fixes; None when there were none."""
    code = None
    for fix in fixer.interrupted():
        _say(f"A fix of {fix.name} was interrupted at this step: {fix.begun or 'none was begun'}.")
        if not _consent("Bring it to its end, or roll it back", options):
            _say("Nothing was changed: it takes your consent, on a terminal or with --yes.")
            return 2
        code = max(code or 0, fixer.recover(fix))
    return code


def _consent(prompt: str, options: argparse.Namespace) -> bool:
    if options.yes:
        return True
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    sys.stderr.write(f"{prompt}? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _say(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201 - progress, not the document
