"""SD702: the log holds grpc-core's connection error, and the link that it serves is the backend's."""

from __future__ import annotations

from stigmer_doctor.analysis.links import Links
from stigmer_doctor.model.facts import Logs, NotMeasured
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.logs.log_lines import connection_failed


def check(logs: Logs, profile: Profile, *, links: Links | NotMeasured) -> Judgement:
    yield from connection_failed("SD702", "the link to the backend", logs, links, profile)


RULE = Rule(code="SD702", severity=Severity.WARNING, check=check)
