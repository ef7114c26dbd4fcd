"""Every rule among all others: situations in which it fires, and situations that look alike in which it must not."""

from __future__ import annotations

import pytest

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import CheckStatus
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.pages import names, page
from stigmer_doctor.rules.registry import RULES
from tests.rules.altered import assumed, passive, variables
from tests.rules.different import Situation
from tests.rules.situations import FIRING, NOT_FIRING
from tests.rules.vary import diagnose, healthy

OF_PODS = {rule.code for rule in RULES if ".pods." in rule.check.__module__}
SECTIONS = ("Problem", "Why it happens", "How it was measured", "Fix", "When it does not fire")


def cases(situations: dict[str, list[Situation]]) -> list[object]:
    return [
        pytest.param(code, situation, id=f"{code}-{number}")
        for code, chosen in sorted(situations.items())
        for number, situation in enumerate(chosen, 1)
    ]


def codes(facts: f.Facts) -> set[str]:
    diagnosis = diagnose(facts, *RULES)
    assert diagnosis.summary.crash == 0
    return {finding.code for finding in diagnosis.findings}


@pytest.mark.parametrize(("code", "situation"), cases(FIRING))
def test_it_fires(code: str, situation: Situation) -> None:
    assert code in codes(situation())


@pytest.mark.parametrize(("code", "situation"), cases(NOT_FIRING))
def test_it_does_not_fire(code: str, situation: Situation) -> None:
    assert code not in codes(situation())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_has_both_and_a_page(rule: Rule) -> None:
    assert FIRING[rule.code]
    assert NOT_FIRING[rule.code]
    assert page(rule).startswith(f"# {rule.code} {rule.name}\n")
    sections = [line for line in page(rule).splitlines() if line.startswith("## ")]
    assert sections == [f"## {section}" for section in SECTIONS]


def test_a_healthy_runner_passes_every_rule_that_can_be_asked() -> None:
    checks = diagnose(healthy(), *RULES).checks
    left = {check.code for check in checks if check.status == CheckStatus.SKIP}
    # The local mode has no Redis, and an engine no pods.
    assert left == {
        "SD210",
        "SD651",
        "SD652",
        *OF_PODS,
        *(rule.code for rule in RULES if rule.code.startswith(("SD8", "SD9"))),
    }
    assert {check.status for check in checks} == {CheckStatus.PASS, CheckStatus.SKIP}


def test_with_nothing_measured_nobody_is_accused_of_a_dial() -> None:
    found = codes(passive(healthy()))
    assert not {code for code in found if code[2] in "456"}


def test_an_assumed_contract_accuses_nobody_of_what_the_image_may_read() -> None:
    assert "SD305" not in codes(assumed(variables(STIGMER_NEW_SETTING="x")))


def test_the_names_are_those_of_the_pages() -> None:
    assert names() == {rule.code: rule.name for rule in RULES}
