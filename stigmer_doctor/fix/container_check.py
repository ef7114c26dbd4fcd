"""Looks whether a new container is good enough to be kept."""

from __future__ import annotations

import time

from stigmer_doctor.analysis.startup import USUAL
from stigmer_doctor.fix import verification
from stigmer_doctor.fix.case import Case
from stigmer_doctor.fix.context import FixContext
from stigmer_doctor.fix.readiness import Readiness, Waiting
from stigmer_doctor.model.engine_ports import EngineClient

_LOOKS = 2
_BETWEEN_S = 3.0


class ContainerCheck:
    """`left` is what keeps the runner from working although the container is good enough."""

    def __init__(self, context: FixContext, engine: EngineClient, case: Case, wait_s: float) -> None:
        self._context, self._engine, self._case, self._wait_s = context, engine, case, wait_s
        self.left: tuple[str, ...] = ()

    def problems(self, new_id: str) -> tuple[str, ...]:
        """Why the new container is not good enough; empty when it is."""
        return self._differences(new_id) or self._unready(new_id) or self._diagnosed()

    def _differences(self, new_id: str) -> tuple[str, ...]:
        manager, case = self._engine.manager(), self._case
        new, by_compose = manager.blueprint(new_id), case.owner is not None
        found = manager.unexpected_changes(case.old, new, case.changes, by_compose=by_compose)
        return tuple(f"{setting} differs" for setting in found)

    def _unready(self, new_id: str) -> tuple[str, ...]:
        if not verification.may_start(self._case.plan):
            return ()
        context = self._context
        context.say(f"Waiting until its worker is ready and polls, at most {self._wait_s:.0f} s ({USUAL}) ...")
        waiting = Waiting(
            seconds=self._wait_s,
            contract=self._case.contract(context),
            collect_options=context.collect_options,
            ports=context.ports,
            say=context.say,
        )
        return tuple(filter(None, (Readiness(new_id, self._engine, waiting).problem(),)))

    def _diagnosed(self) -> tuple[str, ...]:
        """The whole check. What it finds is looked at once more before everything is put back."""
        self._context.say("Verifying the new container ...")
        problems: tuple[str, ...] = ()
        for looked in range(_LOOKS):
            time.sleep(_BETWEEN_S if looked else 0)
            facts, after = self._context.diagnosed(self._case.plan.container)
            problems = verification.verification_failures(self._case.plan, self._case.diagnosis, after, facts)
            self.left = verification.still_wrong(after)
            if not problems:
                break
        return problems
