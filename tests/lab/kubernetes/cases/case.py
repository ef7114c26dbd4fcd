"""One situation of the cluster, and what the doctor has to say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.lab.kubernetes.manifests import RUNNER
from tests.lab.kubernetes.situation import Situation

DEPLOYMENT = ("--deployment", RUNNER)
# Root causes that only a cluster has: a case that does not name one must not be told it.
NEW = ("SD121", "SD122", "SD123", "SD124", "SD221", "SD222", "SD223", "SD224")


@dataclass(frozen=True)
class Case:
    """`bring_up` returns when the situation is there. `causes` are the root causes that have to be named, `SD201|SD204`
    where one of several will do; `may` are others that are true too. `arguments` are those of `check`, which may
    be `inconclusive` where nothing can be measured."""

    name: str
    description: str
    bring_up: Callable[[Situation], None]
    causes: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    arguments: tuple[str, ...] = DEPLOYMENT
    inconclusive: bool = False
