"""SD703: the log holds the connection error of Temporal's client."""

from __future__ import annotations

from stigmer_doctor.analysis.links import Links
from stigmer_doctor.analysis.pollers import WorkerPollers
from stigmer_doctor.model.facts import Container, Logs, NotMeasured
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.logs.log_lines import connection_failed


def check(
    logs: Logs,
    profile: Profile,
    *,
    links: Links | NotMeasured,
    container: Container | NotMeasured,
    worker_pollers: WorkerPollers | NotMeasured,
) -> Judgement:
    polls = ""
    if not isinstance(worker_pollers, NotMeasured) and not isinstance(container, NotMeasured) and container.running:
        polls = "its worker polls" if worker_pollers.own and not worker_pollers.unclear else ""
    yield from connection_failed("SD703", "the link to Temporal", logs, links, profile, succeeded=polls)


RULE = Rule(code="SD703", severity=Severity.WARNING, check=check)
