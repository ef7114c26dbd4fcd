"""SD806: the running container is not what its compose file says."""

from __future__ import annotations

from stigmer_doctor.analysis.drift import Difference, drift
from stigmer_doctor.model.facts import Container
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.source import ComposeFiles


def check(compose: ComposeFiles, container: Container) -> Judgement:
    if not compose.owner:
        yield Skip(reason="no compose file that was looked at is the container's own")
        return
    service = next((other for other in compose.services if other.name == compose.owner), None)
    if service is None:
        yield Skip(reason=f"the service {compose.owner} could not be read from {', '.join(compose.files)}")
        return
    for difference in drift(service, container):
        yield _finding(difference, container)


def _finding(difference: Difference, container: Container) -> Finding:
    return Finding(
        subject=difference.what,
        message=f"{difference.what} of the running container is not what the compose file says",
        measured=f"{_shown(difference.running)} in {container.name}",
        expected=f"{_shown(difference.written)} ({difference.place})",
        remediation=Remediation(
            text="Let compose recreate the container, or write into the file what is meant. Until then its next start "
            "changes it."
        ),
        evidence=(
            Evidence(source="file", locator=difference.place, value=difference.written or ""),
            Evidence(source="inspect", locator=difference.what, value=difference.running or ""),
        ),
    )


def _shown(value: str | None) -> str:
    return "unset" if value is None else value or "set and empty"


RULE = Rule(code="SD806", severity=Severity.WARNING, check=check)
