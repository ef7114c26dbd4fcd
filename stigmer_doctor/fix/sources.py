"""Fixes source files: compose files and Go code."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import PurePath

from stigmer_doctor.fix import file_changes
from stigmer_doctor.fix.apply import apply_and_verify
from stigmer_doctor.fix.context import NO_CONSENT, FixContext, FixOptions
from stigmer_doctor.fix.file_transaction import FileTransaction
from stigmer_doctor.fix.result import FixResult
from stigmer_doctor.model.facts import Facts
from stigmer_doctor.model.findings import Diagnosis, Finding, Severity
from stigmer_doctor.model.fixes import FileChange, Journal, Plan, Planned
from stigmer_doctor.rules.codes import about_source


def concerned(diagnosis: Diagnosis, select: tuple[str, ...]) -> tuple[Finding, ...]:
    """The faults of source files, of the selected codes (prefixes), all when empty: every error, and what is less but
    can be fixed safely."""
    found = (finding for finding in diagnosis.findings if about_source(finding.code))
    return tuple(finding for finding in found if (not select or finding.code.startswith(select)) and _worth(finding))


def _worth(finding: Finding) -> bool:
    fix = finding.remediation.fix
    safe = bool(finding.remediation.edits) and fix is not None and fix.safety == "safe"
    return finding.severity is Severity.ERROR or (finding.severity is Severity.WARNING and safe)


def errors(diagnosis: Diagnosis, select: tuple[str, ...] = ()) -> list[Finding]:
    """The errors among them."""
    return [finding for finding in concerned(diagnosis, select) if finding.severity is Severity.ERROR]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCase:
    """Faults of source files, those among them that are chosen to be fixed, and the files with the fixes."""

    facts: Facts
    diagnosis: Diagnosis
    found: tuple[Finding, ...]
    chosen: tuple[Finding, ...]
    changes: tuple[FileChange, ...]

    @property
    def name(self) -> str:
        return self.facts.source or ", ".join(self.facts.named)

    @property
    def fixes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(finding.code for finding in self.chosen))


class SourceFix:
    """One run on the files of a source tree, or those that were named."""

    def __init__(self, context: FixContext) -> None:
        self._context = context

    def run(self, facts: Facts, diagnosis: Diagnosis, options: FixOptions) -> FixResult:
        """Plan, ask, write, verify."""
        context = self._context
        case = self._case(facts, diagnosis, options)
        context.show(self._plan(case, options))
        if not case.changes:
            context.say("Nothing was changed: no fault in a file can be fixed without you.")
            return FixResult.LEFT
        if options.dry_run:
            return FixResult.PLANNED
        if not options.consent("Write these files"):
            context.say(NO_CONSENT)
            return FixResult.NO_CONSENT
        with context.state.locked(case.name):
            return self._carry_out(case, options)

    # ---- the plan ----------------------------------------------------------------------------------------------------

    def _case(self, facts: Facts, diagnosis: Diagnosis, options: FixOptions) -> SourceCase:
        found = concerned(diagnosis, options.select)
        chosen = tuple(finding for finding in found if _allowed(finding, options))
        changes = file_changes.edited(
            (edit for finding in chosen for edit in finding.remediation.edits),
            lambda path: self._context.files.read(_path(path, facts)),
            lambda path: _path(path, facts),
        )
        return SourceCase(facts=facts, diagnosis=diagnosis, found=found, chosen=chosen, changes=changes)

    def _plan(self, case: SourceCase, options: FixOptions) -> Plan:
        dirty = [change.path for change in case.changes if self._context.uncommitted(change.path)]
        left = [finding for finding in case.found if finding not in case.chosen]
        return Plan(
            container=case.name,
            container_id="",
            changes=tuple(Planned(what=finding.message, codes=(finding.code,)) for finding in case.chosen),
            files=file_changes.shown(case.changes, self._context.ports.redactor),
            fixes=case.fixes,
            manual=tuple(Planned(what=_why(finding, options), codes=(finding.code,)) for finding in left),
            notes=tuple(
                f"{path} has changes that are not committed: they stay, and the new ones come on top" for path in dirty
            ),
        )

    # ---- carrying it out ---------------------------------------------------------------------------------------------

    def _carry_out(self, case: SourceCase, options: FixOptions) -> FixResult:
        context = self._context
        check = _SourceCheck(context, case, options)
        fix = FileTransaction(self._journal(case), context.save, context.files)
        result = apply_and_verify(fix, context, check.problems)
        if result is not FixResult.VERIFIED:
            return result
        fix.complete(context.later(options.keep_days))
        self._tell(case, check.left)
        return FixResult.LEFT if check.left else FixResult.VERIFIED

    def _journal(self, case: SourceCase) -> Journal:
        plan = Plan(container=case.name, container_id="", fixes=case.fixes)
        identifier, _ = self._context.journal_id()
        return Journal(
            id=identifier, at=self._context.ports.now(), engine="", name=case.name, plan=plan, files=case.changes
        )

    def _tell(self, case: SourceCase, left: list[Finding]) -> None:
        """What was done, and how much of it where that is not all."""
        part = f"{len(case.chosen)} of {len(case.found)}" if left else "and verified"
        files = ", ".join(change.path for change in case.changes)
        back = f"`stigmer-doctor undo` puts {'it' if len(case.changes) == 1 else 'them'} back."
        self._context.say(f"Fixed {part}: {files}. {back}")
        for finding in left:
            self._context.say(f"Left to you: {finding.code} at {finding.subject}: {finding.message}.")


class _SourceCheck:
    """Looks whether the files are as they should be. `left` are errors of the selected codes that are still there."""

    def __init__(self, context: FixContext, case: SourceCase, options: FixOptions) -> None:
        self._context, self._case, self._options = context, case, options
        self.left: list[Finding] = []

    def problems(self, _: str) -> list[str]:
        """What was to be fixed and is not, or is wrong only now."""
        _facts, after = self._context.diagnosed()
        self.left = errors(after, self._options.select)
        known = Counter(error.code for error in errors(self._case.diagnosis) if error not in self._case.chosen)
        remaining = []
        for error in errors(after):
            known[error.code] -= 1
            if known[error.code] < 0:
                remaining.append(f"{error.code} at {error.subject}: {error.message}")
        return remaining


def _allowed(finding: Finding, options: FixOptions) -> bool:
    fix = finding.remediation.fix
    return bool(finding.remediation.edits) and fix is not None and (fix.safety == "safe" or options.unsafe)


def _why(finding: Finding, options: FixOptions) -> str:
    unsafe = bool(finding.remediation.edits) and not options.unsafe
    reason = "The change is unsafe, it may not be what was meant: --unsafe makes it. " if unsafe else ""
    return f"{reason}{finding.subject}: {finding.remediation.text}"


def _path(path: str, facts: Facts) -> str:
    """A file of the tree as it can be opened from here."""
    absolute = path.startswith("~") or PurePath(path).is_absolute()
    return path if absolute or not facts.source else str(PurePath(facts.source, path))
