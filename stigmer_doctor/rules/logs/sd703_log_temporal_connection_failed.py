"""SD703: the log holds the connection error of Temporal's client."""

from __future__ import annotations

from stigmer_doctor.model.facts import Configuration, Container, Logs, Lookup, NotMeasured, Reach, TemporalAnswer
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.logs.log_lines import Now, connection_failed
from stigmer_doctor.rules.services.pollers import sighted


def check(
    logs: Logs,
    collected_at: str,
    profile: Profile,
    *,
    configuration: Configuration | NotMeasured,
    temporal: TemporalAnswer | NotMeasured,
    container: Container | NotMeasured,
    lookup: Lookup | NotMeasured,
    container_reach: Reach | NotMeasured,
    user_reach: Reach | NotMeasured,
) -> Judgement:
    polls = ""
    if not isinstance(container, NotMeasured) and not isinstance(temporal, NotMeasured) and container.running:
        seen = sighted(temporal.pollers or (), container, lookup, collected_at)
        polls = "its worker polls" if seen.own and not seen.unclear else ""
    now = Now(configuration, temporal, container_reach, user_reach, polls)
    yield from connection_failed("SD703", "the link to Temporal", logs, now, profile)


RULE = Rule(code="SD703", severity=Severity.WARNING, check=check)
