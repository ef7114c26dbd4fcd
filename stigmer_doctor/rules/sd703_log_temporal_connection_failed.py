"""SD703: the log holds the connection error of Temporal's client."""

from __future__ import annotations

from stigmer_doctor.model.facts import Configuration, Container, Logs, NotMeasured, Reach, TemporalAnswer
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.log_lines import Now, connection_failed


def check(
    logs: Logs,
    profile: Profile,
    *,
    configuration: Configuration | NotMeasured,
    temporal: TemporalAnswer | NotMeasured,
    container: Container | NotMeasured,
    container_reach: Reach | NotMeasured,
    user_reach: Reach | NotMeasured,
) -> Judgement:
    now = Now(configuration, temporal, container_reach, user_reach)
    yield from connection_failed("SD703", "the link to Temporal", logs, container, now, profile)


RULE = Rule(code="SD703", severity=Severity.WARNING, check=check)
