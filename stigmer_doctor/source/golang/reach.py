"""Whether a function is run at all on a system: by who calls it there."""

from __future__ import annotations

from stigmer_doctor.source.golang.machine import Machine
from stigmer_doctor.source.golang.packages import Declared

_MOST_LEVELS = 6


def reached(declared: Declared, machine: Machine, others: list[Machine], level: int = 0) -> bool:
    """False only where others call it on another system and nobody does on this one."""
    if level > _MOST_LEVELS or not declared.name or declared.name in ("main", "init"):
        return True
    if not machine.tree.systems.for_one_system(declared.name):
        return True
    if _called(declared, machine, others, level):
        return True
    return not any(_called(declared, other, [], _MOST_LEVELS) for other in others)


def _called(declared: Declared, machine: Machine, others: list[Machine], level: int) -> bool:
    if any(reached(caller, machine, others, level + 1) for caller, _ in machine.callers(declared)):
        return True
    return machine.mentioned(declared)
