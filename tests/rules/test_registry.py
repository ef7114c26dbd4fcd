"""The registry proves itself: a rule that is malformed, or that nobody runs, is named here."""

from __future__ import annotations

import ast
import re
import types
import typing
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from stigmer_doctor import rules
from stigmer_doctor.analysis.derived import DERIVED
from stigmer_doctor.model.asks import asks
from stigmer_doctor.model.facts import Facts, NotMeasured
from stigmer_doctor.model.findings import CheckStatus, Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.registry import RULES
from tests.rules.vary import diagnose, healthy

MEASURED = typing.get_type_hints(Facts) | {"profile": Profile}


def may_be_unmeasured(function: Callable[..., object]) -> typing.Any:
    """What a derived fact arrives as: also as `NotMeasured` where something that it needs may."""
    returned = typing.get_type_hints(function)["return"]
    needs = (MEASURED.get(name) or may_be_unmeasured(DERIVED[name]) for name in asks(function).needs)
    return returned | NotMeasured if any(NotMeasured in kinds(need) for need in needs) else returned


def kinds(annotation: typing.Any) -> set[object]:
    """What a fact may be: the members of a union, or the one type."""
    return set(typing.get_args(annotation)) if isinstance(annotation, types.UnionType) else {annotation}


FOLDER = Path(str(rules.__file__)).parent
CODES = [rule.code for rule in RULES]
GIVEN = (
    MEASURED
    | {"root_causes": frozenset[str]}
    | {name: may_be_unmeasured(function) for name, function in DERIVED.items()}
)
every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)


def stem(rule: Rule) -> str:
    return rule.check.__module__.rpartition(".")[2]


def test_every_rule_file_is_registered() -> None:
    files = {path.stem for path in FOLDER.rglob("sd[0-9]*.py")}
    assert files == {stem(rule) for rule in RULES}


def test_no_two_rules_share_a_code() -> None:
    assert [code for code, count in Counter(CODES).items() if count > 1] == []
    assert sorted(CODES) == CODES


def test_no_code_is_named_outside_the_rules() -> None:
    package = FOLDER.parent
    others = (path for path in package.rglob("*.py") if FOLDER not in path.parents)
    named = [
        f"{path.relative_to(package)}: {node.value}"
        for path in others
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"SD\d{1,3}", node.value)
    ]
    assert not named, "a module that needs a rule's fact asks rules.codes for it"


@every_rule
def test_the_code_is_the_files(rule: Rule) -> None:
    assert re.fullmatch(r"SD\d{3}", rule.code)
    assert stem(rule).startswith(f"{rule.code.lower()}_"), f"{rule.code} stands in {stem(rule)}.py"


@every_rule
def test_what_it_causes_are_codes(rule: Rule) -> None:
    strange = [cause for cause in rule.causes if not any(code.startswith(cause) for code in CODES)]
    assert not strange, f"{rule.code} causes {', '.join(strange)}: no rule has such a code"


def test_without_an_engine_or_a_container_there_is_nothing_to_judge() -> None:
    assert [rule.code for rule in RULES if rule.blocks_diagnosis] == ["SD101", "SD102", "SD104", "SD105", "SD111"]


@pytest.mark.parametrize(
    ("what", "codes"),
    [
        ("essential", ["SD506"]),
        ("stops_start", ["SD306", "SD307", "SD505", "SD507", "SD651", "SD652"]),
        ("knows_the_value", ["SD301"]),
        ("last", ["SD131"]),
    ],
)
def test_which_rules_are_special(what: str, codes: list[str]) -> None:
    assert [rule.code for rule in RULES if getattr(rule, what)] == codes


@every_rule
def test_it_asks_for_facts_that_there_are(rule: Rule) -> None:
    asked = typing.get_type_hints(rule.check)
    asked.pop("return", None)
    unknown = sorted(set(asked) - set(GIVEN))
    assert not unknown, f"{rule.code} asks for {', '.join(unknown)}: there is no such fact"
    assert set(asked) == {*asks(rule.check).needs, *asks(rule.check).wants}, (
        f"{rule.code}: a parameter has no annotation"
    )


@every_rule
def test_it_takes_each_fact_as_what_it_is(rule: Rule) -> None:
    asked = typing.get_type_hints(rule.check)
    for name in (*asks(rule.check).needs, *asks(rule.check).wants):
        whole, taken = kinds(GIVEN[name]), kinds(asked[name])
        assert taken <= whole, f"{rule.code} takes {name} for {asked[name]}; it is {GIVEN[name]}"
        if name in asks(rule.check).wants:
            assert taken == whole, f"{rule.code} may be handed more as {name} than {asked[name]}"


def test_a_rule_that_asks_for_an_unknown_fact_crashes_alone() -> None:
    def check(no_such_fact: object) -> Judgement:
        del no_such_fact
        yield from ()

    diagnosis = diagnose(healthy(), Rule(code="SD999", severity=Severity.ERROR, check=check), *RULES[:1])
    assert [row.status for row in diagnosis.checks] == [CheckStatus.CRASH, CheckStatus.PASS]
    assert "no_such_fact" in diagnosis.checks[0].reason


@pytest.mark.parametrize("function", DERIVED.values(), ids=DERIVED)
def test_a_derived_fact_is_derived_from_facts_that_there_are(function: Callable[..., object]) -> None:
    asked = asks(function)
    needs, wants = asked.needs, asked.wants
    hints = typing.get_type_hints(function)
    unknown = sorted({*needs, *wants} - set(GIVEN))
    assert not unknown, f"{function.__name__} asks for {', '.join(unknown)}: there is no such fact"
    for name in (*needs, *wants):
        whole, taken = kinds(GIVEN[name]), kinds(hints[name])
        assert taken <= whole, f"{function.__name__} takes {name} for {hints[name]}; it is {GIVEN[name]}"


def test_no_derived_fact_has_the_name_of_a_measured_one() -> None:
    assert not set(DERIVED) & set(MEASURED)


def test_every_derived_fact_is_named_where_rules_are_explained() -> None:
    told = (FOLDER.parents[1] / "docs" / "adding-a-rule.md").read_text("utf-8")
    assert [name for name in DERIVED if f"`{name}: " not in told] == []
