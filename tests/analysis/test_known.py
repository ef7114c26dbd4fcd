"""Facts are found by name, and derived ones are derived once, after what they depend on."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from stigmer_doctor import profile
from stigmer_doctor.analysis.known import Known
from stigmer_doctor.analysis.remembered import RememberedAnswers
from stigmer_doctor.model.facts import Container, NotMeasured
from stigmer_doctor.model.findings import Severity, Skip
from stigmer_doctor.model.rules import Judgement, Rule
from tests.healthy import NOT_MEASURED, healthy


def known(**derived: object) -> Known:
    return Known(healthy(), profile.load(), derived)  # type: ignore[arg-type]


def test_a_fact_and_the_profile_are_there_by_name() -> None:
    facts = known()
    assert isinstance(facts["container"], Container)
    assert facts["profile"] is profile.load()


def test_a_derived_fact_is_derived_after_those_that_it_depends_on_and_once() -> None:
    asked = []

    def first(container: Container) -> str:
        asked.append("first")
        return container.name

    def second(first: str, container: Container) -> str:
        asked.append("second")
        return f"{first}, {container.name}"

    facts = known(second=second, first=first)
    name = healthy().container.name  # type: ignore[union-attr]
    assert [facts["second"], facts["second"], facts["first"]] == [f"{name}, {name}"] * 2 + [name]
    assert asked == ["first", "second"]


def test_what_is_derived_from_an_unmeasured_fact_is_not_measured_for_the_same_reason() -> None:
    facts = Known(
        replace(healthy(), container=NotMeasured(reason="gone")),
        profile.load(),
        {"first": lambda container: container, "second": lambda first: first},
    )
    assert facts["second"] == NotMeasured(reason="gone")


def test_a_fact_that_is_only_wanted_may_be_missing() -> None:
    def first(*, container: Container | NotMeasured) -> bool:
        return isinstance(container, NotMeasured)

    assert Known(replace(healthy(), container=NOT_MEASURED), profile.load(), {"first": first})["first"] is True


def test_a_name_that_nothing_has_is_named() -> None:
    with pytest.raises(KeyError, match="no_such_fact"):
        known()["no_such_fact"]


def test_a_fact_that_is_derived_from_itself_is_named() -> None:
    facts = known(one=lambda other: other, other=lambda one: one)
    with pytest.raises(KeyError, match="one from other from one"):
        facts["one"]


def test_rules_are_asked_together_once_until_something_is_told() -> None:
    """An answer is remembered by facts alone, and what is told is not one of them."""
    remembered, facts, asked = RememberedAnswers(), healthy(), list[str]()

    def check(container: Container) -> Judgement:
        yield Skip(reason=container.name)

    def ask(rules: Sequence[Rule]) -> list[str]:
        asked.extend(rule.code for rule in rules)
        return asked[-1:]

    rule = Rule(code="SD101", severity=Severity.ERROR, check=check)
    for _ in range(2):
        again = Known(facts, profile.load(), remembered=remembered)
        assert again.asked([rule], ask) == ["SD101"]
        assert len(asked) == 1
    again.tell("root_causes", frozenset())
    again.asked([rule], ask)
    assert len(asked) == 2
    Known(facts, profile.load()).asked([rule], ask)
    assert len(asked) == 3
