"""SD701: the log holds httpx's connection error, and the link that httpx serves is the LLM's."""

from __future__ import annotations

from stigmer_doctor.model.facts import Configuration, LlmAnswer, Logs, NotMeasured, Reach
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.logs.log_lines import Now, connection_failed


def check(
    logs: Logs,
    profile: Profile,
    *,
    configuration: Configuration | NotMeasured,
    llm: LlmAnswer | NotMeasured,
    container_reach: Reach | NotMeasured,
    user_reach: Reach | NotMeasured,
) -> Judgement:
    now = Now(configuration, llm, container_reach, user_reach)
    yield from connection_failed("SD701", "the LLM link, not the backend", logs, now, profile)


RULE = Rule(code="SD701", severity=Severity.WARNING, check=check)
