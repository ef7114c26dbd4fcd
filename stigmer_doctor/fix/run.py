"""One run of `fix` or `undo`: what was interrupted first, then what was asked for."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from stigmer_doctor.fix import plan as planning
from stigmer_doctor.fix import verification
from stigmer_doctor.fix.carry_out import back, undertaking
from stigmer_doctor.fix.containers import ContainerRepair
from stigmer_doctor.fix.context import DONE, INCOMPLETE, LEFT, NO_DIAGNOSIS, REFUSED, ROLLED_BACK, Desk, Wishes
from stigmer_doctor.fix.sources import SourceRepair, concerned
from stigmer_doctor.model.errors import EngineError, NotFound
from stigmer_doctor.model.facts import Container, Facts
from stigmer_doctor.model.findings import Diagnosis, Status
from stigmer_doctor.model.fixes import Journal, Outcome, Step
from stigmer_doctor.model.ports import EngineHands

_STOPS = (REFUSED, ROLLED_BACK, INCOMPLETE)
_PROVEN = (Step.POLICY, Step.RECORD)


class Repair:
    """What `fix` and `undo` do."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # ---- fix ---------------------------------------------------------------------------------------------------------

    def fix(self, wishes: Wishes) -> int:
        """Diagnose and repair: the container first, then the source files that were named; the exit code."""
        question = self._desk.question
        with_files = bool(question.source or question.compose)
        if not question.engine:
            return self._sources(wishes, self._desk.diagnosed())
        code = self._container(wishes)
        if not with_files or code in _STOPS:
            return code
        diagnosed = self._desk.diagnosed()
        files = self._sources(wishes, diagnosed)
        # Where there was something to repair in files, no engine is needed for it to have been done.
        return files if code == NO_DIAGNOSIS and concerned(diagnosed[1], wishes.select) else max(code, files)

    def diagnosis(self) -> Diagnosis:
        """How things are now."""
        return self._desk.diagnosed()[1]

    def _container(self, wishes: Wishes) -> int:
        facts, diagnosis = self._desk.diagnosed()
        if diagnosis.status is Status.INCONCLUSIVE or not isinstance(facts.container, Container):
            self._desk.say(f"Cannot diagnose: {verification.unmeasured(diagnosis)}.")
            return NO_DIAGNOSIS
        _, causes = planning.wanted(diagnosis, wishes.select)
        if not causes:
            return self._nothing_to_repair(diagnosis)
        with self._desk.outside.engine.open() as engine:
            return ContainerRepair(self._desk, engine).run(facts, diagnosis, wishes)

    def _nothing_to_repair(self, diagnosis: Diagnosis) -> int:
        """Only a runner that was measured to work needs no repair."""
        left = verification.doubts(diagnosis)
        if left:
            self._desk.say(
                f"Nothing here that `fix` repairs, and the runner was not measured to work: {'; '.join(left)}."
            )
            return LEFT
        self._desk.say("Nothing to repair: no cause was found in the container, and its worker polls.")
        return DONE

    def _sources(self, wishes: Wishes, diagnosed: tuple[Facts, Diagnosis]) -> int:
        facts, diagnosis = diagnosed
        if not concerned(diagnosis, wishes.select):
            self._desk.say("Nothing to repair: no fault was found in the source files.")
            return DONE
        return SourceRepair(self._desk).run(facts, diagnosis, wishes)

    # ---- recovery ----------------------------------------------------------------------------------------------------

    def interrupted(self) -> list[Journal]:
        """Fixes on this engine, or of files, that were begun and neither finished nor rolled back."""
        return [journal for journal in self._own() if journal.outcome in (Outcome.OPEN, Outcome.INCOMPLETE)]

    def recover(self, journal: Journal) -> int:
        """Finish what was verified; roll back everything else."""
        with self._desk.state.locked(journal.name), self._hands(journal) as hands:
            fix = undertaking(journal, self._desk, hands)
            if journal.begun in _PROVEN or (journal.begun is Step.VERIFY and journal.finished):
                fix.complete(self._desk.later(7.0))
                self._desk.say(f"The interrupted fix of {journal.name} had been verified; it is finished now.")
                return DONE
            return back(fix, journal, self._desk)

    def clean_up(self) -> None:
        """Remove what was kept, where its time is over."""
        now = self._desk.outside.now()
        for journal in self._own():
            if journal.outcome is Outcome.DONE and "" < journal.keep_until < now:
                with self._hands(journal) as hands:
                    _discard(hands, journal)
                self._desk.state.forget(journal)

    # ---- undo --------------------------------------------------------------------------------------------------------

    def fixes(self) -> list[Journal]:
        """What can be undone, the newest first."""
        return [journal for journal in self._own() if journal.outcome is Outcome.DONE][::-1]

    def undo(self, journal: Journal) -> int:
        """Put back what the fix replaced."""
        with self._desk.state.locked(journal.name), self._hands(journal) as hands:
            if hands and not journal.owner and not _there(hands, journal.old_id):
                self._desk.say(f"The old container {journal.kept} is gone: nothing can be put back.")
                return LEFT
            return back(undertaking(journal, self._desk, hands), journal, self._desk, Outcome.UNDONE)

    # ---- small things ------------------------------------------------------------------------------------------------

    def _own(self) -> list[Journal]:
        """Fixes on the engine that was named, and fixes of files, which no engine knows."""
        try:
            engine = self._desk.outside.engine.search().endpoint
        except EngineError:
            engine = ""
        return [journal for journal in self._desk.state.journals() if not journal.old_id or journal.engine == engine]

    @contextlib.contextmanager
    def _hands(self, journal: Journal) -> Iterator[EngineHands | None]:
        if not journal.old_id:
            yield None
            return
        with self._desk.outside.engine.open() as engine:
            yield engine.hands()


def _discard(hands: EngineHands | None, journal: Journal) -> None:
    kept = journal.holder if journal.owner else journal.old_id
    if hands and kept and _there(hands, kept):
        hands.remove(kept)


def _there(hands: EngineHands, container_id: str) -> bool:
    try:
        hands.container(container_id)
    except NotFound:
        return False
    return True
