"""Whether what is compared is equal, and whether a condition holds: yes, no, or both where it is free."""

from __future__ import annotations

from stigmer_doctor.source.golang import conditions
from stigmer_doctor.source.golang.syntax import Node
from stigmer_doctor.source.golang.texts import equal
from stigmer_doctor.source.golang.values import (
    Nil,
    Opaque,
    Texts,
    Truth,
    Value,
    alternatives,
    forced,
    texts,
    touching,
    waits,
)


def holds(value: Value, node: Node | None, *, thorough: bool) -> Truth:
    """Whether the value of a condition is true; what nobody has looked for yet is looked for where it is `thorough`, or
    may depend on the system."""
    if waits(value) and not touching(value) and not thorough:
        return Truth(True, True)
    made = Truth(False, False)
    for alternative in alternatives(value):
        said = _truth(alternative)
        made = Truth(made.true or said.true, made.false or said.false, made.sure and said.sure)
    return _sure_of(made, node)


def same(one: Value, other: Value, about: Node | None, *, thorough: bool) -> Truth:
    """Whether two values are equal; `about` is what is asked for, where no condition says it."""
    return _sure_of(_equal(one, other, thorough), about)


def ordered(operator: str, one: str | None, other: str | None) -> Truth:
    """Whether two numbers stand so to each other."""
    if one is None or other is None or not (one.isdigit() and other.isdigit()):
        return Truth(True, True)
    a, b = int(one[:12]), int(other[:12])
    held = {"<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b}[operator]
    return Truth(held, not held)


def settled(made: Truth) -> Truth:
    """A free condition beside one that cannot be judged leaves both open, and cannot be judged."""
    return made if made.true and made.false else Truth(made.true, made.false)


def _sure_of(found: Truth, about: Node | None) -> Truth:
    """What is free, and about systems, cannot be judged."""
    free = found.true and found.false
    return Truth(found.true, found.false, found.sure and not (free and conditions.about_systems(about)))


def _equal(one: Value, other: Value, thorough: bool) -> Truth:
    if isinstance(one, Nil) or isinstance(other, Nil):
        value = other if isinstance(one, Nil) else one
        return Truth(True, False) if isinstance(value, Nil) else Truth(True, True)
    if not thorough and (_plain(one, other) or _plain(other, one)):
        return Truth(True, True)
    one, other = forced(one), forced(other)
    if isinstance(one, Truth) and isinstance(other, Truth):
        true = (one.true and other.true) or (one.false and other.false)
        false = (one.true and other.false) or (one.false and other.true)
        return Truth(true, false, one.sure and other.sure)
    answers = [equal(a, b) for a in texts(one) for b in texts(other)]
    sure = not any(item.lost for item in (*texts(one), *texts(other)))
    true, false = True in answers or None in answers, False in answers or None in answers
    return Truth(true, false, sure) if answers else Truth(True, True)


def _truth(value: Value) -> Truth:
    if isinstance(value, Truth):
        return value
    if isinstance(value, Opaque):
        return Truth(True, True, sure=not value.hole.lost)
    return Truth(True, True)


def _plain(one: Value, other: Value) -> bool:
    """A value that comes from elsewhere, compared with neither a system's name nor an address: not looked for."""
    if not waits(one) or touching(one):
        return False
    known = other.texts[0].literal if isinstance(other, Texts) and len(other.texts) == 1 else ""
    return known is not None and not conditions.TELLING.search(known)
