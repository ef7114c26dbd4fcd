"""What the codes of rules tell: by themselves, or by what their rules say of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # most questions here are answered without loading anything
    from stigmer_doctor.model.rules import Rule

SOURCE = ("SD8", "SD9")
"""The beginnings of the codes of rules about source files."""


def about_source(code: str) -> bool:
    """Whether the rule of that code is about source files: it needs no engine, and what fixes a container does not
    fix them."""
    return code.startswith(SOURCE)


STARTING = "SD114"
"""As an information: the runner is still starting, and time is what it takes."""
_SERVICES = {"SD4": "backend", "SD5": "temporal", "SD65": "redis", "SD6": "llm"}
_EVERY_SERVICE = "SD2"


@cache
def about_service(code: str, name: str) -> bool:
    """Whether the rule of that code is about the endpoint of that name: the rules of the network are about all."""
    if code.startswith(_EVERY_SERVICE):
        return True
    return next((service for prefix, service in _SERVICES.items() if code.startswith(prefix)), "") == name


_AHEAD = (
    *("SD10", "SD111", "SD131", "SD203", "SD205", "SD206", "SD208", "SD209", "SD211", "SD304", "SD4"),
    *("SD501", "SD502", "SD503", "SD504", "SD505", "SD507", "SD6", *SOURCE),
)
_OF_A_CONTAINER = ("SD104", "SD806")


def asked_ahead(code: str) -> bool:
    """Whether the rule of that code can be asked before there is a runner. Of one that is planned, the rules about
    source files say what is wrong with the plan."""
    return code.startswith(_AHEAD) and code not in _OF_A_CONTAINER


@cache
def essential() -> frozenset[str]:
    """Rules that look whether the runner works."""
    return _where(lambda rule: rule.essential)


@cache
def stopping_the_start() -> frozenset[str]:
    """Rules whose findings keep the runner from starting."""
    return _where(lambda rule: rule.stops_start)


@cache
def knowing_the_value() -> frozenset[str]:
    """Rules that decide about a variable before all others: see `analysis.merging`."""
    return _where(lambda rule: rule.knows_the_value)


def _where(said: Callable[[Rule], bool]) -> frozenset[str]:
    from stigmer_doctor.rules.registry import RULES  # rules import this module, and some commands need no rule

    return frozenset(rule.code for rule in RULES if said(rule))
