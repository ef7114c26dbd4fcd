"""Facts are found by name, and derived ones are derived once, after what they depend on."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from stigmer_doctor import profile
from stigmer_doctor.analysis.known import Known
from stigmer_doctor.model.facts import Container, NotMeasured
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
