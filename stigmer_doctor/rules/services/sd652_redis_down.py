"""SD652: Redis does not run on this machine, or it accepts connections and does not answer."""

from __future__ import annotations

from stigmer_doctor.model.facts import (
    Comparison,
    Configuration,
    Container,
    EngineSearch,
    Listeners,
    NotMeasured,
    Reach,
    RedisAnswer,
)
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.endpoints import START_UP
from stigmer_doctor.rules.services.answers import Machine, down, not_serving, restart_advice


def check(
    configuration: Configuration,
    search: EngineSearch,
    profile: Profile,
    *,
    redis: RedisAnswer | NotMeasured,
    container: Container | NotMeasured,
    container_reach: Reach | NotMeasured,
    user_reach: Reach | NotMeasured,
    listeners: Listeners | NotMeasured,
    comparison: Comparison | NotMeasured,
) -> Judgement:
    if isinstance(redis, NotMeasured):
        machine = Machine(search, container, container_reach, user_reach, listeners, profile)
        yield from down("redis", configuration, machine)
    else:
        advice = restart_advice("redis", profile)
        yield from not_serving("redis", redis, configuration, user_reach, comparison, advice)


RULE = Rule(code="SD652", severity=Severity.ERROR, check=check, causes=("SD651", "SD114", *START_UP), stops_start=True)
