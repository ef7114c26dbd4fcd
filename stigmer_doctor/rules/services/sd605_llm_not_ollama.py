"""SD605: what answers at the LLM's address is no Ollama server."""

from __future__ import annotations

from stigmer_doctor.model.facts import Configuration, LlmAnswer, NotMeasured, Reach
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.services.answers import wrong_protocol


def check(
    configuration: Configuration, llm: LlmAnswer, profile: Profile, *, container_reach: Reach | NotMeasured
) -> Judgement:
    yield from wrong_protocol("llm", "Ollama's HTTP API", llm, configuration, container_reach, profile)


RULE = Rule(code="SD605", severity=Severity.ERROR, check=check, causes=("SD701",))
