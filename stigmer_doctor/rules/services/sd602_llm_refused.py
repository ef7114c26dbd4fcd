"""SD602: the LLM's address refuses connections from the container."""

from __future__ import annotations

from stigmer_doctor.model.facts import Configuration, Engine, NotMeasured, Reach
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.dialling import View, refused


def check(
    configuration: Configuration,
    container_reach: Reach,
    *,
    user_reach: Reach | NotMeasured,
    engine: Engine | NotMeasured,
) -> Judgement:
    yield from refused("llm", View(configuration, container_reach, user_reach, engine))


RULE = Rule(code="SD602", severity=Severity.ERROR, check=check, causes=("SD701",))
