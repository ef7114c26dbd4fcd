"""All situations, by the code of a rule: those in which it fires, and those that look alike in which it does not."""

from __future__ import annotations

from stigmer_doctor.model import facts as f
from tests.rules.different import Situation
from tests.rules.grid import grids


def _given(facts: f.Facts) -> Situation:
    return lambda: facts


FIRING = {code: [_given(case.facts) for case in cases if case.told] for code, cases in grids().items()}
NOT_FIRING = {code: [_given(case.facts) for case in cases if not case.told] for code, cases in grids().items()}
