"""Derived facts of a situation, each as what it is."""

from __future__ import annotations

from typing import TypeVar

from stigmer_doctor import profile
from stigmer_doctor.analysis.known import Known
from stigmer_doctor.model.facts import Facts

T = TypeVar("T")


def derived(kind: type[T], name: str, facts: Facts) -> T:
    """The fact of that name, which was measured."""
    value = Known(facts, profile.load())[name]
    assert isinstance(value, kind), value
    return value
