"""SD406: the backend does not run on this machine, so no path to it can work."""

from __future__ import annotations

from stigmer_doctor.model.facts import Configuration, Container, EngineSearch, Listeners, NotMeasured, Reach
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.services.answers import Machine, down


def check(
    configuration: Configuration,
    container_reach: Reach,
    user_reach: Reach,
    search: EngineSearch,
    profile: Profile,
    *,
    container: Container | NotMeasured,
    listeners: Listeners | NotMeasured,
) -> Judgement:
    machine = Machine(search, container, container_reach, user_reach, listeners, profile)
    yield from down("backend", configuration, machine)


RULE = Rule(code="SD406", severity=Severity.ERROR, check=check, causes=("SD402", "SD403", "SD702"))
