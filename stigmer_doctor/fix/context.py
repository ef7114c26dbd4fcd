"""What every kind of fix works with, and what the user wants of it."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from msgspec.structs import replace

from stigmer_doctor import app
from stigmer_doctor.analysis.moments import written
from stigmer_doctor.collect.options import CollectOptions, Ports
from stigmer_doctor.model.errors import EngineError
from stigmer_doctor.model.facts import Facts
from stigmer_doctor.model.findings import Diagnosis
from stigmer_doctor.model.fixes import Journal, Plan
from stigmer_doctor.model.ports import ComposeTool, Files, StateStore
from stigmer_doctor.rules.commands import engine_options

KEPT_DAYS = 7.0
"""How long what a fix replaces is kept where nobody says otherwise."""
NO_CONSENT = "Nothing was changed: it takes your consent, on a terminal or with --yes."


@dataclass(frozen=True, slots=True, kw_only=True)
class FixOptions:
    """What the user wants. `consent` asks for the plan's sake; `keep_days` is how long the old container is kept, and
    `wait_s` how long a new one may take until its worker polls."""

    select: tuple[str, ...] = ()
    dry_run: bool = False
    unsafe: bool = False
    keep_days: float = KEPT_DAYS
    wait_s: float = 600.0
    consent: Callable[[str], bool] = lambda _: False


@dataclass(frozen=True, slots=True, kw_only=True)
class FixContext:
    """The ports. `say` prints a line of progress, `show` a plan."""

    collect_options: CollectOptions
    ports: Ports
    state: StateStore
    files: Files
    compose: ComposeTool
    uncommitted: Callable[[str], bool]
    """Whether a file has changes that its git checkout does not have."""
    say: Callable[[str], None]
    show: Callable[[Plan], None]

    def diagnosed(self, container: str = "") -> tuple[Facts, Diagnosis]:
        """A fresh look at what was asked for, the container (or that one) and source files: each decides what is right
        for the other."""
        collect_options = replace(self.collect_options, container=container or self.collect_options.container)
        facts = app.gather(collect_options, self.ports)
        return facts, app.diagnose(facts, self.ports.profile)

    def journal_id(self) -> tuple[str, str]:
        """The id of a new journal, and the random word in it."""
        nonce = secrets.token_hex(4)
        return f"{self.ports.now()[:10]}-{nonce}", nonce

    def engine_options(self) -> tuple[str, ...]:
        """What makes the user's docker talk to the same engine."""
        try:
            return engine_options(self.ports.engine.search())
        except EngineError:
            return ()

    def save(self, journal: Journal) -> None:
        self.state.save(journal)

    def later(self, days: float) -> str:
        """So many days from now, as ISO 8601 in UTC."""
        moment = dt.datetime.fromisoformat(self.ports.now()) + dt.timedelta(days=days)
        return written(moment)
