"""SD404: what answers at the backend's address speaks no gRPC."""

from __future__ import annotations

from stigmer_doctor.model.facts import BackendAnswer, Configuration, NotMeasured, Reach
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.services.answers import wrong_protocol


def check(
    configuration: Configuration, backend: BackendAnswer, profile: Profile, *, container_reach: Reach | NotMeasured
) -> Judgement:
    yield from wrong_protocol("backend", "gRPC", backend, configuration, container_reach, profile)


RULE = Rule(code="SD404", severity=Severity.ERROR, check=check, causes=("SD702",))
