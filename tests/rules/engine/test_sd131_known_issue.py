"""SD131: public trackers know what was found. It is asked last, and what was found decides."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from stigmer_doctor.analysis.product import Product, numbers
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.engine.known_issues import KNOWN_ISSUES, KnownIssue
from stigmer_doctor.rules.engine.sd131_known_issue import RULE
from stigmer_doctor.rules.registry import RULES
from tests.healthy import ALIAS, NOT_MEASURED, healthy
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.vary import diagnose, unknown


def desktop(version: str) -> f.Facts:
    """A machine with that Docker Desktop, on which the alias does not resolve."""
    facts = unknown(ALIAS, healthy())
    assert isinstance(facts.engine, f.Engine)
    return replace(facts, engine=replace(facts.engine, platform=f"Docker Desktop {version} (106363)"))


CODES = [rule.code for rule in RULES]
GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "a release that is known for it",
            desktop("4.19.1"),
            Told(
                subject="Docker Desktop 4.19.1",
                measured="Docker Desktop 4.19.1 on macOS 15.4; SD202",
                expected="nothing: what was measured counts, and this may be why",
                endpoints=(),
                message="^Docker Desktop 4.19 does not resolve *.docker.internal in containers by itself: others",
                advice="^Turn on the setting that adds these names, map the name",
                severity=Severity.INFO,
                evidence=("issue thread: https://github.com/docker/for-win/issues/13463",),
            ),
        ),
        does_not_fire("the release before it", desktop("4.18.0")),
        does_not_fire("the release after it", desktop("4.20.0")),
        does_not_fire("nothing was found", healthy()),
        not_checked("no engine", replace(healthy(), engine=NOT_MEASURED), "the test left it out"),
        not_checked("an old snapshot", replace(healthy(), user_system=NOT_MEASURED), "the test left it out"),
        not_checked(
            "an engine elsewhere",
            replace(healthy(), search=replace(healthy().search, local=False), place=f.Place.ENGINE_ELSEWHERE),
            "the engine is on another machine, whose system is not known",
        ),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)


def test_it_stands_beside_the_cause_and_is_none() -> None:
    findings = diagnose(desktop("4.19.1"), *RULES).findings
    assert [finding.code for finding in findings if finding.root_cause] == ["SD202"]
    assert [finding.caused_by for finding in findings if finding.code == "SD131"] == [()]


LINUX = f.UserSystem(system="Linux", kernel="6.6.87.2-microsoft-standard-WSL2", wsl_networking="mirrored")


def issue(*needs: str, since: str = "", before: str = "", system: str = "") -> KnownIssue:
    return KnownIssue("", "Docker Engine", "", "", ("SD202",), since, before, system, needs)


@pytest.mark.parametrize(
    ("known", "product", "system", "concerned"),
    [
        (issue(), Product("Docker Engine"), LINUX, True),
        (issue(), Product("Podman"), LINUX, False),
        (issue(system="Darwin"), Product("Docker Engine"), LINUX, False),
        (issue(since="20"), Product("Docker Engine"), LINUX, False),
        (issue(since="28.1"), Product("Docker Engine", "28.1.0"), LINUX, True),
        (issue(since="28.1"), Product("Docker Engine", "28.0.9"), LINUX, False),
        (issue(before="28.1"), Product("Docker Engine", "28.0.9"), LINUX, True),
        (issue(before="28.1"), Product("Docker Engine", "28.1.0"), LINUX, False),
        (issue(before="28.1"), Product("Docker Engine"), LINUX, False),
        (issue("mirrored"), Product("Docker Engine"), LINUX, True),
        (issue("mirrored"), Product("Docker Engine"), replace(LINUX, wsl_networking="nat"), False),
        (issue("rootless"), Product("Docker Engine"), LINUX, False),
        (issue("rootless"), Product("Docker Engine", "28.1.0", rootless=True), LINUX, True),
        (issue("tunnel"), Product("Docker Engine"), LINUX, False),
        (issue("tunnel"), Product("Docker Engine"), replace(LINUX, tunnels=("wg0",)), True),
        (issue("macOS 15"), Product("Docker Engine"), f.UserSystem(system="Darwin", kernel="24.0.0"), True),
        (issue("macOS 15"), Product("Docker Engine"), f.UserSystem(system="Darwin", kernel="23.6.0"), False),
        (issue("macOS 15"), Product("Docker Engine"), replace(LINUX, kernel="25.1"), False),
    ],
)
def test_whom_an_entry_concerns(known: KnownIssue, product: Product, system: f.UserSystem, *, concerned: bool) -> None:
    assert known.concerns(product, system, elsewhere=False) is concerned


def test_some_concern_other_machines_only() -> None:
    known, system = issue("elsewhere"), f.UserSystem(system="Linux")
    assert known.concerns(Product("Docker Engine"), system, elsewhere=True)
    assert not known.concerns(Product("Docker Engine"), system, elsewhere=False)


@pytest.mark.parametrize("known", KNOWN_ISSUES, ids=lambda known: known.source.partition("com/")[2])
def test_every_entry_is_whole(known: KnownIssue) -> None:
    assert re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+/(issues|discussions)/\d+", known.source)
    assert known.product
    assert known.title
    assert known.way_out
    assert set(known.symptoms) <= set(CODES)
    known.concerns(Product(known.product, "4.57"), LINUX, elsewhere=True)  # names no need that nobody knows
    assert not known.since or numbers(known.since)
    assert not known.before or numbers(known.before) > numbers(known.since)
    assert len(KNOWN_ISSUES) >= 15
