"""SD408: the runner asks the backend for a service that this version of it does not have."""

from __future__ import annotations

import re

from stigmer_doctor.analysis.links import Links
from stigmer_doctor.analysis.log import Line, head, lines_with
from stigmer_doctor.model.facts import BackendAnswer, Container, Logs, NotMeasured
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import wording
from stigmer_doctor.rules.commands import of_profile
from stigmer_doctor.rules.logs.log_lines import counted, quoted


def check(links: Links, backend: BackendAnswer, logs: Logs, container: Container, profile: Profile) -> Judgement:
    link = links.usable("backend")
    if isinstance(link, NotMeasured):
        yield Skip(reason=link.reason)
        return
    # A server without the backend's own service is another one, of whatever version.
    for service in backend.lacks if backend.has_service is not False else ():
        lines = lines_with(rf"unknown service {re.escape(service)}(?![\w.])", logs, logs.before_start or 0)
        if lines:
            yield _finding(service, lines, logs, container, profile, wording.in_force(link.endpoint))


def _finding(
    service: str, lines: list[Line], logs: Logs, container: Container, profile: Profile, address: Evidence
) -> Finding:
    failed = [
        line for line in lines if profile.execution_failed and profile.execution_failed in head(logs, line.number)
    ]
    breaks = bool(failed) and not _completed(failed[-1], logs, profile)
    what = "executions fail" if breaks else "what the runner needs it for is left out"
    return Finding(
        subject=service.rpartition(".")[2],
        message=f"the runner ({container.image}) asks the backend for {service}, which this version of it does not "
        f"have: {what}",
        measured=f"{counted(lines)} in the log since the container's start; asked now, the backend answers the "
        "same (UNIMPLEMENTED)",
        expected=f"a runner and a backend of the same version: both with {service}, or neither",
        remediation=Remediation(
            text="Run the runner's image and the server of the same release: take the newest image where the runner is "
            "the older one, and update stigmer where the server is.",
            commands=tuple(map(of_profile, profile.pull_commands)),
        ),
        evidence=(address, *quoted(failed or lines, len(logs.lines))),
        endpoints=("backend",),
        severity=None if breaks else Severity.WARNING,
    )


def _completed(line: Line, logs: Logs, profile: Profile) -> bool:
    """Whether an execution went through after that line."""
    return bool(profile.execution_completed and lines_with(profile.execution_completed, logs, line.number))


RULE = Rule(code="SD408", severity=Severity.ERROR, check=check)
