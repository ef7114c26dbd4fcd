"""SD405: the backend accepts connections and does not answer, or says that it is unavailable."""

from __future__ import annotations

from stigmer_doctor.model.facts import BackendAnswer, Comparison, Configuration, NotMeasured, Reach
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.services.answers import not_serving, restart_advice


def check(
    configuration: Configuration,
    backend: BackendAnswer,
    profile: Profile,
    *,
    user_reach: Reach | NotMeasured,
    comparison: Comparison | NotMeasured,
) -> Judgement:
    yield from not_serving(
        "backend", backend, configuration, user_reach, comparison, restart_advice("backend", profile)
    )


RULE = Rule(code="SD405", severity=Severity.ERROR, check=check, causes=("SD702",))
