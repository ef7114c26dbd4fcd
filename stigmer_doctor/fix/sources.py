"""Repairs source files: compose files and Go code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import PurePath

from stigmer_doctor.fix import file_changes as rewriting
from stigmer_doctor.fix.carry_out import apply_and_verify
from stigmer_doctor.fix.context import DONE, LEFT, NO_CONSENT, REFUSED, FixContext, FixOptions
from stigmer_doctor.fix.file_transaction import FileTransaction
from stigmer_doctor.model.facts import Facts
from stigmer_doctor.model.findings import Diagnosis, Finding, Severity
from stigmer_doctor.model.fixes import FileChange, Journal, Plan, Planned
from stigmer_doctor.rules.codes import about_source


def concerned(diagnosis: Diagnosis, select: tuple[str, ...]) -> tuple[Finding, ...]:
    """The faults of source files, of the selected codes (prefixes), all when empty: every error, and what is less but
    can be repaired safely."""
    found = (finding for finding in diagnosis.findings if about_source(finding.code))
    return tuple(finding for finding in found if (not select or finding.code.startswith(select)) and _worth(finding))


def _worth(finding: Finding) -> bool:
    fix = finding.remediation.fix
    safe = bool(finding.remediation.edits) and fix is not None and fix.safety == "safe"
    return finding.severity is Severity.ERROR or (finding.severity is Severity.WARNING and safe)


def errors(diagnosis: Diagnosis, select: tuple[str, ...] = ()) -> list[Finding]:
    """The errors among them."""
    return [finding for finding in concerned(diagnosis, select) if finding.severity is Severity.ERROR]


class SourceFix:
    """One run on the files of a source tree, or those that were named."""

    def __init__(self, context: FixContext) -> None:
        self._context = context

    def run(self, facts: Facts, diagnosis: Diagnosis, options: FixOptions) -> int:
        """Plan, ask, write, verify; the exit code."""
        context = self._context
        found = concerned(diagnosis, options.select)
        chosen = [finding for finding in found if _allowed(finding, options)]
        changes = self._changes(chosen, facts)
        context.show(self._plan(found, chosen, changes, facts, options))
        if not changes:
            context.say("Nothing was changed: no fault in a file can be repaired without you.")
            return LEFT
        if options.dry_run:
            return DONE
        if not options.consent("Write these files"):
            context.say(NO_CONSENT)
            return REFUSED
        with context.state.locked(_name(facts)):
            return self._carry_out(changes, chosen, found, (facts, diagnosis), options)

    def _changes(self, chosen: Iterable[Finding], facts: Facts) -> tuple[FileChange, ...]:
        edits = [edit for finding in chosen for edit in finding.remediation.edits]
        return rewriting.edited(
            edits, lambda path: self._context.files.read(_path(path, facts)), lambda path: _path(path, facts)
        )

    def _plan(
        self,
        found: tuple[Finding, ...],
        chosen: list[Finding],
        changes: tuple[FileChange, ...],
        facts: Facts,
        options: FixOptions,
    ) -> Plan:
        dirty = [change.path for change in changes if self._context.uncommitted(change.path)]
        left = [finding for finding in found if finding not in chosen]
        return Plan(
            container=_name(facts),
            container_id="",
            changes=tuple(Planned(what=finding.message, codes=(finding.code,)) for finding in chosen),
            files=rewriting.shown(changes, self._context.ports.redactor),
            fixes=tuple(dict.fromkeys(finding.code for finding in chosen)),
            manual=tuple(Planned(what=_why(finding, options), codes=(finding.code,)) for finding in left),
            notes=tuple(
                f"{path} has changes that are not committed: they stay, and the new ones come on top" for path in dirty
            ),
        )

    def _carry_out(
        self,
        changes: tuple[FileChange, ...],
        chosen: list[Finding],
        found: tuple[Finding, ...],
        before: tuple[Facts, Diagnosis],
        options: FixOptions,
    ) -> int:
        context, facts = self._context, before[0]
        identifier, _ = context.journal_id()
        plan = Plan(
            container=_name(facts),
            container_id="",
            fixes=tuple(dict.fromkeys(finding.code for finding in chosen)),
        )
        journal = Journal(
            id=identifier, at=context.ports.now(), engine="", name=_name(facts), plan=plan, files=changes, old_id=""
        )
        fix = FileTransaction(journal, context.files, context.save)
        left: list[Finding] = []
        code = apply_and_verify(fix, journal, context, lambda: self._problems(fix, chosen, before[1], options, left))
        if code is not None:
            return code
        fix.complete(context.later(options.keep_days))
        self._tell(changes, f"{len(chosen)} of {len(found)}" if left else "", left)
        return LEFT if left else DONE

    def _tell(self, changes: tuple[FileChange, ...], part: str, left: list[Finding]) -> None:
        """What was done; `part` says how much of it, where that is not all."""
        files = ", ".join(change.path for change in changes)
        back = f"`stigmer-doctor undo` puts {'it' if len(changes) == 1 else 'them'} back."
        self._context.say(f"Repaired {part or 'and verified'}: {files}. {back}")
        for finding in left:
            self._context.say(f"Left to you: {finding.code} at {finding.subject}: {finding.message}.")

    def _problems(
        self,
        fix: FileTransaction,
        chosen: list[Finding],
        before: Diagnosis,
        options: FixOptions,
        left: list[Finding],
    ) -> list[str]:
        """What was to be repaired and is not, or is wrong only now. What else is still wrong, of the codes that were
        selected, goes to `left`."""
        remaining: list[str] = []

        def good(_: str) -> bool:
            after = self._context.diagnosed()[1]
            left[:] = errors(after, options.select)
            known = Counter(error.code for error in errors(before) if error not in chosen)
            for error in errors(after):
                known[error.code] -= 1
                if known[error.code] < 0:
                    remaining.append(f"{error.code} at {error.subject}: {error.message}")
            return not remaining

        fix.verify(good)
        return remaining


def _allowed(finding: Finding, options: FixOptions) -> bool:
    fix = finding.remediation.fix
    return bool(finding.remediation.edits) and fix is not None and (fix.safety == "safe" or options.unsafe)


def _why(finding: Finding, options: FixOptions) -> str:
    unsafe = bool(finding.remediation.edits) and not options.unsafe
    reason = "The change is unsafe, it may not be what was meant: --unsafe makes it. " if unsafe else ""
    return f"{reason}{finding.subject}: {finding.remediation.text}"


def _name(facts: Facts) -> str:
    return facts.source or ", ".join(facts.named)


def _path(path: str, facts: Facts) -> str:
    """A file of the tree as it can be opened from here."""
    absolute = path.startswith("~") or PurePath(path).is_absolute()
    return path if absolute or not facts.source else str(PurePath(facts.source, path))
