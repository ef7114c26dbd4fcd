"""SD504: what answers at Temporal's address is no Temporal server."""

from __future__ import annotations

from stigmer_doctor.model.facts import Configuration, NotMeasured, Reach, TemporalAnswer
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.services.answers import wrong_protocol


def check(
    configuration: Configuration, temporal: TemporalAnswer, profile: Profile, *, container_reach: Reach | NotMeasured
) -> Judgement:
    yield from wrong_protocol("temporal", "Temporal's gRPC API", temporal, configuration, container_reach, profile)


RULE = Rule(code="SD504", severity=Severity.ERROR, check=check, causes=("SD112", "SD113", "SD506", "SD703", "SD704"))
