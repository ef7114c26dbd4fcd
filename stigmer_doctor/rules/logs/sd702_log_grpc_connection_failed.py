"""SD702: the log holds grpc-core's connection error, and the link that it serves is the backend's."""

from __future__ import annotations

from stigmer_doctor.model.facts import BackendAnswer, Configuration, Logs, NotMeasured, Reach
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.logs.log_lines import Now, connection_failed


def check(
    logs: Logs,
    profile: Profile,
    *,
    configuration: Configuration | NotMeasured,
    backend: BackendAnswer | NotMeasured,
    container_reach: Reach | NotMeasured,
    user_reach: Reach | NotMeasured,
) -> Judgement:
    now = Now(configuration, backend, container_reach, user_reach)
    yield from connection_failed("SD702", "the link to the backend", logs, now, profile)


RULE = Rule(code="SD702", severity=Severity.WARNING, check=check)
