"""One process that breaks cases and runs them until its time is over."""

from __future__ import annotations

import faulthandler
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.case import COMPOSE, GO, KINDS, SNAPSHOT, Case
from tests.fuzz.drive import Driver, Failure, Outcome
from tests.fuzz.limits import MOST_BYTES, resident
from tests.fuzz.mutation import mutated
from tests.fuzz.seeds import SEEDS
from tests.fuzz.smaller import smaller

_STUCK_S = 300
_SHARES = (*KINDS, SNAPSHOT, SNAPSHOT, COMPOSE, COMPOSE, GO, GO)
_WARM = 300
"""Runs after which everything that is loaded once is loaded."""


@dataclass
class Found:
    """A failure, and the smallest case that has it."""

    failure: Failure
    case: Case


@dataclass
class Tally:
    """What became of the runs; `grown` is in bytes, from the first few hundred runs to the last."""

    runs: int = 0
    commands: int = 0
    kept: int = 0
    slowest_s: float = 0.0
    most_bytes: int = 0
    grown: int = 0
    found: list[Found] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        self.runs += 1
        self.commands += outcome.commands
        self.slowest_s = max(self.slowest_s, outcome.seconds)
        self.most_bytes = max(self.most_bytes, outcome.bytes)


class Campaign:
    """Cases of one or more kinds. What the doctor behaves differently on is kept, to be broken further, and,
    `thorough`, looked at in every respect; what fails is then made as small as it can be."""

    def __init__(self, kinds: Sequence[str], seed: str, folder: Path, *, thorough: bool = True) -> None:
        self._rng = random.Random(seed)
        self._cases = {kind: list(SEEDS[kind]()) for kind in kinds}
        self._driver = Driver(folder)
        self._known: set[str] = set()
        self._keys: set[tuple[str, str]] = set()
        self._thorough = thorough
        self.tally = Tally()

    def run(self, *, seconds: float = 0, runs: int = 0) -> Tally:
        """For so long, or so many."""
        until, warm = time.monotonic() + seconds, 0
        while self.tally.runs < runs if runs else time.monotonic() < until:
            faulthandler.dump_traceback_later(_STUCK_S, exit=True)
            self._once()
            if self.tally.runs == _WARM:
                warm = resident()
        faulthandler.cancel_dump_traceback_later()
        self._growth(warm)
        return self.tally

    def _once(self) -> None:
        cases = self._cases[self._rng.choice([kind for kind in _SHARES if kind in self._cases])]
        case = mutated(self._rng.choice(cases), cases, self._rng)
        outcome = self._try(case)
        if not outcome.failure and not outcome.behaviour <= self._known:
            self._known |= outcome.behaviour
            self.tally.kept += 1
            cases.append(case)
            if self._thorough and not case.thorough:
                self._try(case._replace(thorough=True))

    def _try(self, case: Case) -> Outcome:
        outcome = self._driver.run(case)
        self.tally.add(outcome)
        if outcome.failure:
            self._failed(case, outcome.failure)
        return outcome

    def _failed(self, case: Case, failure: Failure) -> None:
        if failure.key in self._keys:
            return
        self._keys.add(failure.key)

        def fails(other: Case) -> bool:
            again = self._driver.run(other).failure
            return again is not None and again.key == failure.key

        self.tally.found.append(Found(failure, smaller(case, fails) if self._thorough else case))

    def _growth(self, warm: int) -> None:
        self.tally.grown = resident() - warm if warm else 0
        kept = sum(len(raw) for cases in self._cases.values() for case in cases for raw in case.files.values())
        if self.tally.grown > MOST_BYTES + 4 * kept:
            self.tally.found.append(Found(Failure("memory", "growth", f"{self.tally.grown >> 20} MiB"), Case("", {})))
