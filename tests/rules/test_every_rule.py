"""Every rule on its own: situations in which it speaks, and situations that look alike in which it must not."""

from __future__ import annotations

import pytest

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import CheckStatus
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.pages import page
from stigmer_doctor.rules.registry import RULES
from tests.rules.altered import assumed, passive, variables
from tests.rules.contracts import CONTRACTS
from tests.rules.different import Situation
from tests.rules.silent import SILENT
from tests.rules.sources import SOURCES
from tests.rules.speaking import SPEAKING
from tests.rules.vary import diagnose, healthy

SECTIONS = ("Problem", "Why it happens", "How it was measured", "Remedy", "When it stays quiet")
MORE = [*SOURCES.items(), *CONTRACTS.items()]
ALL_SPEAKING = {code: list(speaks) for code, speaks in SPEAKING.items()}
ALL_SILENT = {code: list(quiet) for code, quiet in SILENT.items()}
for code, (speaks, quiet) in MORE:
    ALL_SPEAKING.setdefault(code, []).extend(speaks)
    ALL_SILENT.setdefault(code, []).extend(quiet)


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


@pytest.mark.parametrize(("code", "situation"), cases(ALL_SPEAKING))
def test_it_speaks(code: str, situation: Situation) -> None:
    assert code in codes(situation())


@pytest.mark.parametrize(("code", "situation"), cases(ALL_SILENT))
def test_it_stays_quiet(code: str, situation: Situation) -> None:
    assert code not in codes(situation())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_has_both_and_a_page(rule: Rule) -> None:
    assert ALL_SPEAKING[rule.code]
    assert ALL_SILENT[rule.code]
    assert page(rule).startswith(f"# {rule.code} {rule.name}\n")
    sections = [line for line in page(rule).splitlines() if line.startswith("## ")]
    assert sections == [f"## {section}" for section in SECTIONS]


def test_a_healthy_runner_passes_every_rule_that_can_be_asked() -> None:
    checks = diagnose(healthy(), *RULES).checks
    left = {check.code for check in checks if check.status == CheckStatus.SKIP}
    # The local mode has no Redis.
    assert left == {"SD210", "SD651", "SD652", *(rule.code for rule in RULES if rule.code.startswith(("SD8", "SD9")))}
    assert {check.status for check in checks} == {CheckStatus.PASS, CheckStatus.SKIP}


def test_with_nothing_measured_nobody_is_accused_of_a_dial() -> None:
    found = codes(passive(healthy()))
    assert not {code for code in found if code[2] in "456"}


def test_an_assumed_contract_accuses_nobody_of_what_the_image_may_read() -> None:
    assert "SD305" not in codes(assumed(variables(STIGMER_NEW_SETTING="x")))
