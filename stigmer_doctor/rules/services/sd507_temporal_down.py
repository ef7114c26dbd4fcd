"""SD507: Temporal does not run on this machine, or it accepts connections and does not answer."""

from __future__ import annotations

from stigmer_doctor.model.facts import (
    Comparison,
    Configuration,
    Container,
    EngineSearch,
    Listeners,
    NotMeasured,
    Reach,
    TemporalAnswer,
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
    temporal: TemporalAnswer | NotMeasured,
    container: Container | NotMeasured,
    container_reach: Reach | NotMeasured,
    user_reach: Reach | NotMeasured,
    listeners: Listeners | NotMeasured,
    comparison: Comparison | NotMeasured,
) -> Judgement:
    if isinstance(temporal, NotMeasured):
        machine = Machine(search, container, container_reach, user_reach, listeners, profile)
        yield from down("temporal", configuration, machine)
    else:
        yield from not_serving(
            "temporal", temporal, configuration, user_reach, comparison, restart_advice("temporal", profile)
        )


RULE = Rule(
    code="SD507",
    severity=Severity.ERROR,
    check=check,
    causes=("SD112", "SD113", "SD502", "SD503", "SD506", "SD703", "SD704"),
    stops_start=True,
)
