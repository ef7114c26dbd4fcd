"""Answers of pure functions, for whoever judges many snapshots: most of what one says stood in another before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter, is_
from typing import Any, TypeVar, cast

import msgspec

from stigmer_doctor.analysis.derived import DERIVED
from stigmer_doctor.analysis.recent import RecentValues
from stigmer_doctor.model.asks import asks
from stigmer_doctor.model.facts import Facts
from stigmer_doctor.model.rules import Rule

Answer = TypeVar("Answer")
_MOST_ANSWERS = 50_000
_MOST_VALUES = 5_000
_ALWAYS = ("pre", "place")
"""Every rule depends on them."""


class RememberedAnswers:
    """By the objects that a function was given: facts that are equal have to be the same objects to be known again."""

    def __init__(self) -> None:
        self._answers: RecentValues[int, _KnownAnswer] = RecentValues(_MOST_ANSWERS)
        self._same: RecentValues[tuple[type, object], object] = RecentValues(_MOST_VALUES)
        self._groups: dict[tuple[str, ...], list[_RuleGroup]] = {}

    def answer(self, function: object, objects: tuple[object, ...], ask: Callable[[], Answer]) -> Answer:
        """What `ask` returned when the function was given these very objects before, or returns now. Raises what that
        does, and remembers no error."""
        key = hash((function, *map(id, objects)))
        known = self._answers.get(key)
        if known is None or known.function is not function or not all(map(is_, known.objects, objects)):
            known = _KnownAnswer(ask(), function, objects)
            self._answers.put(key, known)
        return cast("Answer", known.answer)

    def asked(self, rules: Sequence[Rule], facts: Facts, ask: Callable[[Sequence[Rule]], list[Answer]]) -> list[Answer]:
        """The same for all rules, by the facts on which they can depend. Those of the same codes are the same."""
        codes = tuple([rule.code for rule in rules])
        if codes not in self._groups:
            self._groups[codes] = _grouped(rules)
        answers: list[Answer] = []
        for group in self._groups[codes]:
            answers += self.answer(group, group.basis(facts), lambda: ask(group.rules))  # noqa: B023 - it is called at once
        return answers

    def same(self, value: Answer) -> Answer:
        """The object that stands for all that are equal to this one, where that is to be had."""
        key = (type(value), value)
        try:
            known = self._same.get(key)
        except TypeError:  # there is a dictionary in it
            return value
        if known is None:
            self._same.put(key, value)
            return value
        return cast("Answer", known)


class _KnownAnswer(msgspec.Struct, eq=False):
    """With the objects that it was asked about: as long as they are there, no others have their ids."""

    answer: object
    function: object
    objects: tuple[object, ...]


class _RuleGroup(msgspec.Struct, eq=False):
    """Rules that depend on the same facts, and what gives these."""

    rules: list[Rule]
    basis: Callable[[Facts], tuple[object, ...]]


def _grouped(rules: Sequence[Rule]) -> list[_RuleGroup]:
    groups: dict[tuple[str, ...], list[Rule]] = {}
    for rule in rules:
        groups.setdefault(tuple(sorted({*_ALWAYS, *_facts(rule.check)})), []).append(rule)
    return [
        _RuleGroup(found, cast("Callable[[Facts], tuple[object, ...]]", attrgetter(*names)))
        for names, found in groups.items()
    ]


def _facts(function: Callable[..., Any]) -> set[str]:
    """All on which the function's answer can depend. Raises KeyError for what does not follow from facts."""
    asked, found = asks(function), set[str]()
    for name in {*asked.needs, *asked.wants} - {"profile"}:
        found |= _facts(DERIVED[name]) if name in DERIVED else {name}
    if unknown := found - {*Facts.__struct_fields__}:
        raise KeyError(*unknown)
    return found
