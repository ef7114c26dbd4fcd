"""SD604: Ollama does not run on this machine, or it accepts connections and does not answer."""

from __future__ import annotations

from stigmer_doctor.model.facts import (
    Comparison,
    Configuration,
    Container,
    EngineSearch,
    Listeners,
    LlmAnswer,
    NotMeasured,
    Reach,
)
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.services.answers import Machine, down, not_serving, restart_advice


def check(
    configuration: Configuration,
    search: EngineSearch,
    profile: Profile,
    *,
    llm: LlmAnswer | NotMeasured,
    container: Container | NotMeasured,
    container_reach: Reach | NotMeasured,
    user_reach: Reach | NotMeasured,
    listeners: Listeners | NotMeasured,
    comparison: Comparison | NotMeasured,
) -> Judgement:
    if isinstance(llm, NotMeasured):
        machine = Machine(search, container, container_reach, user_reach, listeners, profile)
        yield from down("llm", configuration, machine)
    else:
        yield from not_serving("llm", llm, configuration, user_reach, comparison, restart_advice("llm", profile))


RULE = Rule(
    code="SD604",
    severity=Severity.ERROR,
    check=check,
    causes=("SD602", "SD603", "SD701"),
)
