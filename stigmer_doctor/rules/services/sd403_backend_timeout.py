"""SD403: the backend's address does not answer the container: packets are dropped, or there is no route."""

from __future__ import annotations

from stigmer_doctor.model.facts import Configuration, Engine, NotMeasured, Reach
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.dialling import View, timed_out


def check(
    configuration: Configuration,
    container_reach: Reach,
    *,
    user_reach: Reach | NotMeasured,
    engine: Engine | NotMeasured,
) -> Judgement:
    yield from timed_out("backend", View(configuration, container_reach, user_reach, engine))


RULE = Rule(code="SD403", severity=Severity.ERROR, check=check, causes=("SD702",))
