"""Everything that can be asked for by name: the facts, the profile, and what is derived from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from stigmer_doctor.analysis.derived import DERIVED
from stigmer_doctor.model.asks import asks
from stigmer_doctor.model.facts import Facts, NotMeasured
from stigmer_doctor.model.profile import Profile

if TYPE_CHECKING:
    from stigmer_doctor.analysis.remembered import Answer, RememberedAnswers
    from stigmer_doctor.model.rules import Rule

_UNKNOWN = "there is no such fact"


class Known:
    """The facts of one diagnosis by name. What is derived is computed when it is first asked for, and once: what it
    depends on is so computed before it. With `remembered`, not even that: of the same facts it follows again."""

    def __init__(
        self,
        facts: Facts,
        profile: Profile,
        derived: Mapping[str, Callable[..., object]] = DERIVED,
        remembered: RememberedAnswers | None = None,
    ) -> None:
        self._facts, self._derived, self._remembered = facts, derived, remembered
        self._values: dict[str, object] = {"profile": profile}
        self._open: list[str] = []
        self._told = False

    def __getitem__(self, name: str) -> object:
        """The fact of that name; `NotMeasured` where it, or what it is derived from, was not measured. Raises KeyError
        for a name that nothing has and for one that is derived from itself."""
        try:
            return self._values[name]
        except KeyError:
            value = self._values[name] = self._derive(name) if name in self._derived else self._measured(name)
            return value

    def tell(self, name: str, value: object) -> None:
        """Add what is known only later."""
        self._values[name] = self._same(value)
        self._told = True

    def asked(self, rules: Sequence[Rule], ask: Callable[[Sequence[Rule]], list[Answer]]) -> list[Answer]:
        """What `ask` returns for the rules, which depends on nothing but what they ask for; where it is remembered, in
        another order."""
        if self._remembered is None or self._told:
            return ask(rules)
        return self._remembered.asked(rules, self._facts, ask)

    def answer(
        self, function: Callable[..., object], given: Mapping[str, object], ask: Callable[..., Answer]
    ) -> Answer:
        """What `ask` makes of it when the function is given that."""
        if self._remembered is None:
            return ask(**given)
        return self._remembered.answer(function, tuple(given.values()), lambda: ask(**given))

    def arguments(self, function: Callable[..., object]) -> dict[str, object] | NotMeasured:
        """What the function is to be called with, or why it cannot be: one of its needs was not measured."""
        asked = asks(function)
        given: dict[str, object] = {}
        for name in asked.needs:
            fact = given[name] = self._values[name] if name in self._values else self[name]
            if isinstance(fact, NotMeasured):
                return fact
        for name in asked.wants:
            given[name] = self[name]
        return given

    def _measured(self, name: str) -> object:
        if name not in Facts.__struct_fields__:
            raise KeyError(f"{name}: {_UNKNOWN}")
        return getattr(self._facts, name)

    def _derive(self, name: str) -> object:
        if name in self._open:
            raise KeyError(f"{' from '.join([*self._open, name])}: a fact cannot be derived from itself")
        self._open.append(name)
        try:
            given = self.arguments(self._derived[name])
            if isinstance(given, NotMeasured):
                return given
            function = self._derived[name]
            return self.answer(function, given, lambda **given: self._same(function(**given)))
        finally:
            self._open.pop()

    def _same(self, value: object) -> object:
        return value if self._remembered is None else self._remembered.same(value)
