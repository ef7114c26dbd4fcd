"""One run of `fix` or `undo`: what was interrupted first, then what was asked for."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Iterator

from stigmer_doctor.fix import plan as planning
from stigmer_doctor.fix import verification
from stigmer_doctor.fix.apply import roll_back, transaction_for
from stigmer_doctor.fix.containers import ContainerFix
from stigmer_doctor.fix.context import KEPT_DAYS, FixContext, FixOptions
from stigmer_doctor.fix.result import FixResult, worst
from stigmer_doctor.fix.sources import SourceFix, concerned
from stigmer_doctor.model.engine_ports import ContainerManager
from stigmer_doctor.model.errors import EngineError, NotFound
from stigmer_doctor.model.facts import Container, Facts, NotMeasured
from stigmer_doctor.model.findings import Diagnosis, Status
from stigmer_doctor.model.fixes import FixOutcome, FixStep, Journal

_PLANNED_S = 4.0
_STOPS = (FixResult.NO_CONSENT, FixResult.ROLLED_BACK, FixResult.INCOMPLETE)
_AFTER_VERIFYING = (FixStep.POLICY, FixStep.RECORD)


class Fixer:
    """What `fix` and `undo` do."""

    def __init__(self, context: FixContext) -> None:
        self._context = context

    # ---- fix ---------------------------------------------------------------------------------------------------------

    def fix(self, options: FixOptions) -> FixResult:
        """Diagnose and fix: the container first, then the source files that were named."""
        collect_options = self._context.collect_options
        with_files = bool(collect_options.source or collect_options.compose)
        if not collect_options.engine:
            return self._sources(options, self._context.diagnosed())
        container = self._container(options)
        if not with_files or container in _STOPS:
            return container
        diagnosed = self._context.diagnosed()
        files = self._sources(options, diagnosed)
        # Where there was something to fix in files, no engine is needed for it to have been done.
        only_files = container is FixResult.NO_DIAGNOSIS and concerned(diagnosed[1], options.select)
        return files if only_files else worst(container, files)

    def diagnosed(self) -> tuple[Facts, Diagnosis]:
        """How things are now."""
        return self._context.diagnosed()

    def _container(self, options: FixOptions) -> FixResult:
        started = time.monotonic()
        facts, diagnosis = self._context.diagnosed()
        if diagnosis.status is Status.INCONCLUSIVE or not isinstance(facts.container, Container):
            why = verification.unmeasured(diagnosis)
            self._context.say(f"Cannot diagnose: {why}. `stigmer-doctor check` says more.")
            return FixResult.NO_DIAGNOSIS
        if not planning.wanted(diagnosis, options.select).causes:
            return self._nothing_to_fix(diagnosis)
        # What only looks has an end together with the diagnosis; what changes something has to be able to go back.
        left = max(_PLANNED_S, self._context.collect_options.together - (time.monotonic() - started))
        with self._context.ports.engine.open(together=left if options.dry_run else math.inf) as engine:
            return ContainerFix(self._context, engine).run(facts, diagnosis, options)

    def _nothing_to_fix(self, diagnosis: Diagnosis) -> FixResult:
        """Only a runner that was measured to work needs no fix."""
        left = verification.doubts(diagnosis)
        if left:
            self._context.say(
                f"Nothing here that `fix` fixes, and the runner was not measured to work: {'; '.join(left)}."
            )
            return FixResult.LEFT
        self._context.say("Nothing to fix: no cause was found in the container, and its worker polls.")
        return FixResult.NOTHING_TO_FIX

    def _sources(self, options: FixOptions, diagnosed: tuple[Facts, Diagnosis]) -> FixResult:
        facts, diagnosis = diagnosed
        if not concerned(diagnosis, options.select):
            if facts.named and isinstance(facts.compose, NotMeasured):
                self._context.say(f"Cannot diagnose {', '.join(facts.named)}: {facts.compose.reason}.")
                return FixResult.NO_DIAGNOSIS
            self._context.say("Nothing to fix: no fault was found in the source files.")
            return FixResult.NOTHING_TO_FIX
        return SourceFix(self._context).run(facts, diagnosis, options)

    # ---- recovery ----------------------------------------------------------------------------------------------------

    def interrupted(self) -> list[Journal]:
        """Fixes on this engine, or of files, that were begun and neither finished nor rolled back."""
        return [journal for journal in self._own() if journal.outcome in (FixOutcome.OPEN, FixOutcome.INCOMPLETE)]

    def unreadable(self) -> list[str]:
        """A line for each journal of a fix that cannot be read."""
        return self._context.state.unreadable()

    def recover(self, journal: Journal) -> FixResult:
        """Finish what was verified; roll back everything else."""
        with self._context.state.locked(journal.name), self._manager(journal) as manager:
            fix = transaction_for(journal, self._context, manager)
            if journal.begun in _AFTER_VERIFYING or (journal.begun is FixStep.VERIFY and journal.finished):
                fix.complete(self._context.later(KEPT_DAYS))
                self._context.say(f"The interrupted fix of {journal.name} had been verified; it is finished now.")
                return FixResult.VERIFIED
            return roll_back(fix, self._context)

    def clean_up(self) -> None:
        """Remove what was kept, where its time is over."""
        now = self._context.ports.now()
        for journal in self._own():
            if journal.outcome is FixOutcome.DONE and "" < journal.keep_until < now:
                with self._manager(journal) as manager:
                    _discard(manager, journal)
                self._context.state.forget(journal)

    # ---- undo --------------------------------------------------------------------------------------------------------

    def fixes(self) -> list[Journal]:
        """What can be undone, the newest first."""
        return [journal for journal in self._own() if journal.outcome is FixOutcome.DONE][::-1]

    def undo(self, journal: Journal) -> FixResult:
        """Put back what the fix replaced."""
        with self._context.state.locked(journal.name), self._manager(journal) as manager:
            if manager and not journal.owner and not _there(manager, journal.old_id):
                self._context.say(f"The old container {journal.kept} is gone: nothing can be put back.")
                return FixResult.LEFT
            return roll_back(transaction_for(journal, self._context, manager), self._context, FixOutcome.UNDONE)

    # ---- small things ------------------------------------------------------------------------------------------------

    def _own(self) -> list[Journal]:
        """Fixes on the engine that was named, and fixes of files, which no engine knows."""
        try:
            engine = self._context.ports.engine.search().endpoint
        except EngineError:
            engine = ""
        return [journal for journal in self._context.state.journals() if not journal.old_id or journal.engine == engine]

    @contextlib.contextmanager
    def _manager(self, journal: Journal) -> Iterator[ContainerManager | None]:
        if not journal.old_id:
            yield None
            return
        with self._context.ports.engine.open() as engine:
            yield engine.manager()


def _discard(manager: ContainerManager | None, journal: Journal) -> None:
    kept = journal.holder if journal.owner else journal.old_id
    if manager and kept and _there(manager, kept):
        manager.remove(kept)


def _there(manager: ContainerManager, container_id: str) -> bool:
    try:
        manager.blueprint(container_id)
    except NotFound:
        return False
    return True
