"""SD651: the container does not reach Redis, which the runner needs in cloud mode."""

from __future__ import annotations

from collections.abc import Iterator

from stigmer_doctor.model.facts import Configuration, Engine, NotMeasured, Reach, RedisAnswer
from stigmer_doctor.model.findings import Finding, Severity, Skip
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.answers import wrong_protocol
from stigmer_doctor.rules.endpoints import START_UP
from stigmer_doctor.rules.services import View, refused, timed_out, unresolvable


def check(
    configuration: Configuration,
    container_reach: Reach,
    profile: Profile,
    *,
    redis: RedisAnswer | NotMeasured,
    user_reach: Reach | NotMeasured,
    engine: Engine | NotMeasured,
) -> Judgement:
    view = View(configuration, container_reach, user_reach, engine)
    outcomes = [each for judge in (unresolvable, refused, timed_out) for each in judge("redis", view)]
    if isinstance(redis, RedisAnswer):
        outcomes += wrong_protocol("redis", "the Redis protocol", redis, configuration, container_reach, profile)
    yield from _findings(outcomes)


def _findings(outcomes: list[Finding | Skip]) -> Iterator[Finding | Skip]:
    """The findings; where there is none, the reason why something could not be said, once."""
    found = [each for each in outcomes if isinstance(each, Finding)]
    yield from found or outcomes[:1]


RULE = Rule(code="SD651", severity=Severity.ERROR, check=check, causes=("SD114", *START_UP))
