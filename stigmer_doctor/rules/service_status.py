"""Which of the runner's services answered from the container, and which could not be asked: what a pass rests on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from stigmer_doctor.model.facts import Answered, Configuration, Endpoint, Facts, NotMeasured, Outcome
from stigmer_doctor.model.findings import Finding, Service, ServiceStatus, Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.rules.codes import about_service, about_source


def services(
    facts: Facts, profile: Profile, findings: Sequence[Finding], codes: Sequence[str], suppressed: Callable[[str], bool]
) -> tuple[Service, ...]:
    """Every endpoint in force, with what became of asking it. `codes` are those of all rules: a service that none of
    the selected ones is about is suppressed."""
    selected = [code for code in codes if not suppressed(code)]
    return tuple(
        replace(
            service,
            explained_by=_explanations(service, findings, ahead=facts.pre),
            suppressed=not any(about_service(code, service.name) for code in selected),
        )
        for service in _measured(facts, profile)
    )


def _measured(facts: Facts, profile: Profile) -> list[Service]:
    if isinstance(facts.configuration, Configuration):
        return [_service(endpoint, facts) for endpoint in facts.configuration.endpoints]
    status, reason = ServiceStatus.NOT_ASKED, facts.configuration.reason
    return [
        Service(name=endpoint.name, title=endpoint.title, address="", status=status, reason=reason)
        for endpoint in profile.endpoints
    ]


def _service(endpoint: Endpoint, facts: Facts) -> Service:
    status, reason = _outcome(endpoint, facts)
    address = endpoint.raw if endpoint.problem else endpoint.address
    return Service(name=endpoint.name, title=endpoint.title, address=address, status=status, reason=reason)


def _outcome(endpoint: Endpoint, facts: Facts) -> tuple[ServiceStatus, str]:
    """What became of the endpoint, and why where it does not answer."""
    if endpoint.problem:
        return ServiceStatus.FAILS, f"{endpoint.variable} holds no usable address: {endpoint.problem}"
    answer = getattr(facts, endpoint.name, NotMeasured(reason="no client speaks its protocol"))
    if not isinstance(answer, NotMeasured):
        answers = answer.answered is Answered.YES
        return (ServiceStatus.ANSWERS, "") if answers else (ServiceStatus.FAILS, answer.answered.value)
    reach = facts.container_reach
    if isinstance(reach, NotMeasured):
        return ServiceStatus.NOT_ASKED, reach.reason
    if reach.resolves(endpoint.host) is False:
        return ServiceStatus.FAILS, f"{endpoint.host} does not resolve"
    outcome = reach.verdict(endpoint.host, endpoint.port)
    if outcome in (None, Outcome.CONNECTED):
        return ServiceStatus.NOT_ASKED, answer.reason
    return ServiceStatus.FAILS, outcome.value


def _explanations(service: Service, findings: Sequence[Finding], *, ahead: bool) -> tuple[str, ...]:
    """The errors that are about the service, or about the whole container; `ahead` of a runner those about source files
    as well, of which it would be made. One that is not selected explains a failure
    that was measured, since it was left out on purpose; it does not explain why nothing was measured."""
    return tuple(
        dict.fromkeys(
            finding.code
            for finding in findings
            if finding.severity is Severity.ERROR
            and (ahead or not about_source(finding.code))
            and service.status is not ServiceStatus.ANSWERS
            and (service.name in finding.endpoints or not finding.endpoints)
            and not (finding.suppressed and service.status is ServiceStatus.NOT_ASKED)
        )
    )
