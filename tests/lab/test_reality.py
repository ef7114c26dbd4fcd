"""The scenarios that are compared with real executions: what they are made of, and that the comparison can tell."""

from __future__ import annotations

import re

import pytest

from tests.lab.lab import Lab
from tests.lab.oracle import CASES, judge


def test_every_scenario_has_causes_that_are_codes_or_works() -> None:
    assert len(CASES) >= 60
    for case in CASES.values():
        assert case.works or case.causes, case.name
        for code in (*case.causes, *case.may):
            assert re.fullmatch(r"SD\d{3}(\|SD\d{3})*", code), case.name


@pytest.mark.lab
@pytest.mark.parametrize("name", ["older-right", "newer-right"])
def test_a_runner_that_works_is_judged_so(desktop: Lab, name: str) -> None:
    judged = judge(desktop, CASES[name])
    assert judged.works
    assert judged.right, judged


@pytest.mark.lab
def test_an_address_in_the_library_fails_every_execution(desktop: Lab) -> None:
    judged = judge(desktop, CASES["literal-bridge"])
    assert not judged.works
    assert not judged.trouble
