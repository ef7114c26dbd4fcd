"""Repairs source files: compose files and Go code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import PurePath

from stigmer_doctor.fix import file_changes as rewriting
from stigmer_doctor.fix.carry_out import succeeded
from stigmer_doctor.fix.context import DONE, LEFT, NO_CONSENT, REFUSED, Desk, Wishes
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


class SourceRepair:
    """One run on the files of a source tree, or those that were named."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def run(self, facts: Facts, diagnosis: Diagnosis, wishes: Wishes) -> int:
        """Plan, ask, write, verify; the exit code."""
        desk = self._desk
        found = concerned(diagnosis, wishes.select)
        chosen = [finding for finding in found if _allowed(finding, wishes)]
        changes = self._changes(chosen, facts)
        desk.show(self._plan(found, chosen, changes, facts, wishes))
        if not changes:
            desk.say("Nothing was changed: no fault in a file can be repaired without you.")
            return LEFT
        if wishes.dry_run:
            return DONE
        if not wishes.consent("Write these files"):
            desk.say(NO_CONSENT)
            return REFUSED
        with desk.state.locked(_name(facts)):
            return self._carry_out(changes, chosen, found, (facts, diagnosis), wishes)

    def _changes(self, chosen: Iterable[Finding], facts: Facts) -> tuple[FileChange, ...]:
        edits = [edit for finding in chosen for edit in finding.remediation.edits]
        return rewriting.edited(
            edits, lambda path: self._desk.files.read(_path(path, facts)), lambda path: _path(path, facts)
        )

    def _plan(
        self,
        found: tuple[Finding, ...],
        chosen: list[Finding],
        changes: tuple[FileChange, ...],
        facts: Facts,
        wishes: Wishes,
    ) -> Plan:
        dirty = [change.path for change in changes if self._desk.uncommitted(change.path)]
        left = [finding for finding in found if finding not in chosen]
        return Plan(
            container=_name(facts),
            container_id="",
            changes=tuple(Planned(what=finding.message, codes=(finding.code,)) for finding in chosen),
            files=rewriting.shown(changes, self._desk.outside.redactor),
            repairs=tuple(dict.fromkeys(finding.code for finding in chosen)),
            manual=tuple(Planned(what=_why(finding, wishes), codes=(finding.code,)) for finding in left),
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
        wishes: Wishes,
    ) -> int:
        desk, facts = self._desk, before[0]
        identifier, _ = desk.journal_id()
        plan = Plan(
            container=_name(facts),
            container_id="",
            repairs=tuple(dict.fromkeys(finding.code for finding in chosen)),
        )
        journal = Journal(
            id=identifier, at=desk.outside.now(), engine="", name=_name(facts), plan=plan, files=changes, old_id=""
        )
        fix = FileTransaction(journal, desk.files, desk.save)
        left: list[Finding] = []
        code = succeeded(fix, journal, desk, lambda: self._problems(fix, chosen, before[1], wishes, left))
        if code is not None:
            return code
        fix.complete(desk.later(wishes.keep_days))
        self._tell(changes, f"{len(chosen)} of {len(found)}" if left else "", left)
        return LEFT if left else DONE

    def _tell(self, changes: tuple[FileChange, ...], part: str, left: list[Finding]) -> None:
        """What was done; `part` says how much of it, where that is not all."""
        files = ", ".join(change.path for change in changes)
        back = f"`stigmer-doctor undo` puts {'it' if len(changes) == 1 else 'them'} back."
        self._desk.say(f"Repaired {part or 'and verified'}: {files}. {back}")
        for finding in left:
            self._desk.say(f"Left to you: {finding.code} at {finding.subject}: {finding.message}.")

    def _problems(
        self,
        fix: FileTransaction,
        chosen: list[Finding],
        before: Diagnosis,
        wishes: Wishes,
        left: list[Finding],
    ) -> list[str]:
        """What was to be repaired and is not, or is wrong only now. What else is still wrong, of the codes that were
        selected, goes to `left`."""
        remaining: list[str] = []

        def good(_: str) -> bool:
            after = self._desk.diagnosed()[1]
            left[:] = errors(after, wishes.select)
            known = Counter(error.code for error in errors(before) if error not in chosen)
            for error in errors(after):
                known[error.code] -= 1
                if known[error.code] < 0:
                    remaining.append(f"{error.code} at {error.subject}: {error.message}")
            return not remaining

        fix.verify(good)
        return remaining


def _allowed(finding: Finding, wishes: Wishes) -> bool:
    fix = finding.remediation.fix
    return bool(finding.remediation.edits) and fix is not None and (fix.safety == "safe" or wishes.unsafe)


def _why(finding: Finding, wishes: Wishes) -> str:
    unsafe = bool(finding.remediation.edits) and not wishes.unsafe
    reason = "The change is unsafe, it may not be what was meant: --unsafe makes it. " if unsafe else ""
    return f"{reason}{finding.subject}: {finding.remediation.text}"


def _name(facts: Facts) -> str:
    return facts.source or ", ".join(facts.named)


def _path(path: str, facts: Facts) -> str:
    """A file of the tree as it can be opened from here."""
    absolute = path.startswith("~") or PurePath(path).is_absolute()
    return path if absolute or not facts.source else str(PurePath(facts.source, path))
