"""All situations, by the code of a rule: those in which it fires, and those that look alike in which it does not."""

from __future__ import annotations

from stigmer_doctor.model import facts as f
from tests.rules.contracts import CONTRACTS
from tests.rules.different import Situation
from tests.rules.grid import grids
from tests.rules.silent import SILENT
from tests.rules.sources import SOURCES
from tests.rules.speaking import SPEAKING


def _given(facts: f.Facts) -> Situation:
    return lambda: facts


FIRING = {code: list(situations) for code, situations in SPEAKING.items()}
NOT_FIRING = {code: list(situations) for code, situations in SILENT.items()}
for _code, (_firing, _not_firing) in (*SOURCES.items(), *CONTRACTS.items()):
    FIRING.setdefault(_code, []).extend(_firing)
    NOT_FIRING.setdefault(_code, []).extend(_not_firing)
for _code, _cases in grids().items():
    FIRING.setdefault(_code, []).extend(_given(case.facts) for case in _cases if case.told)
    NOT_FIRING.setdefault(_code, []).extend(_given(case.facts) for case in _cases if not case.told)
