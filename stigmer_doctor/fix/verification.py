"""Whether a rehearsal or a new container is good enough: pure, on what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stigmer_doctor.model.facts import (
    Answer,
    Answered,
    Configuration,
    Container,
    Facts,
    Listeners,
    NotMeasured,
    Outcome,
    Reach,
)
from stigmer_doctor.model.findings import Check, CheckStatus, Diagnosis, Severity, Status
from stigmer_doctor.model.fixes import Plan
from stigmer_doctor.rules import codes

_LINKS = {"backend", "temporal", "llm", "redis"}


def unreachable_endpoints(
    configuration: Configuration,
    answers: Mapping[str, Answer | NotMeasured],
    user: Reach | NotMeasured,
    listeners: Listeners | NotMeasured,
) -> tuple[str, ...]:
    """The endpoints that are up on this machine and did not answer in the throwaway container, in words."""
    found = []
    for endpoint in configuration.endpoints:
        answer = answers.get(endpoint.name)
        if isinstance(answer, NotMeasured | None):
            problem = answer.reason if answer else "it was not asked"
        elif answer.answered is Answered.YES:
            continue
        else:
            problem = str(answer.answered)
        if _up(endpoint.standard_port, endpoint.port, user, listeners):
            found.append(f"{endpoint.title} at {endpoint.address}: {problem}")
    return tuple(found)


def _up(standard: int, port: int, user: Reach | NotMeasured, listeners: Listeners | NotMeasured) -> bool:
    ports = {standard, port}
    if not isinstance(listeners, NotMeasured) and any(item.port in ports for item in listeners.items):
        return True
    return not isinstance(user, NotMeasured) and any(
        dial.port in ports and dial.outcome is Outcome.CONNECTED for dial in user.dials
    )


def may_start(plan: Plan) -> bool:
    """Whether the new container's worker can become ready: nothing that stops the start is left to the user."""
    return not _manual(plan) & codes.stopping_the_start()


def verification_failures(plan: Plan, before: Diagnosis, after: Diagnosis, facts: Facts) -> tuple[str, ...]:
    """Why the new container is not good enough: a cause that was to go, an error that is new, a worker that does not
    poll. What needed the user's own hand before may still do so."""
    return tuple(_failures(plan, before, after, facts))


def _failures(plan: Plan, before: Diagnosis, after: Diagnosis, facts: Facts) -> Iterator[str]:
    manual = _manual(plan)
    if may_start(plan) and not (isinstance(facts.container, Container) and facts.container.running):
        yield "it does not run"
        return
    known = {finding.code for finding in before.findings} - set(plan.fixes)
    for finding in after.findings:
        if codes.about_source(finding.code):
            continue
        if finding.severity is not Severity.ERROR or finding.code in manual or set(finding.caused_by) & manual:
            continue
        if finding.code in plan.fixes or finding.root_cause or finding.code not in known:
            yield f"{finding.code}: {finding.message}"
    for polled in _essential(after):
        if polled.status not in (CheckStatus.PASS, CheckStatus.WARN) and may_start(plan):
            yield f"its worker does not poll ({polled.reason or polled.status})"


def still_wrong(after: Diagnosis) -> tuple[str, ...]:
    """Why the runner does not work although the fix was verified as far as it goes: what only the user can do, and
    what could not be measured. Empty when it was measured to work."""
    errors = [
        finding
        for finding in after.findings
        if finding.severity is Severity.ERROR and not codes.about_source(finding.code)
    ]
    causes = [error for error in errors if error.root_cause] or errors
    if causes:
        return tuple(f"{cause.code}: {cause.message}" for cause in causes)
    return (unmeasured(after),) if after.status is Status.INCONCLUSIVE else ()


def doubts(diagnosis: Diagnosis) -> tuple[str, ...]:
    """What speaks against a runner in which nothing is fixed: errors, and warnings about its links."""
    return tuple(
        f"{finding.code}: {finding.message}"
        for finding in diagnosis.findings
        if not codes.about_source(finding.code)
        and (
            finding.severity is Severity.ERROR
            or (finding.severity is Severity.WARNING and set(finding.endpoints) & _LINKS)
        )
    )


def unmeasured(diagnosis: Diagnosis) -> str:
    """Why a diagnosis is inconclusive, in words."""
    errors = [finding.message for finding in diagnosis.findings if finding.severity is Severity.ERROR]
    skipped = [check.reason for check in _essential(diagnosis) if check.status is CheckStatus.SKIP]
    return next(iter((*errors, *skipped)), "not everything could be measured")


def _essential(diagnosis: Diagnosis) -> Iterator[Check]:
    """What became of looking whether the worker polls."""
    return (check for check in diagnosis.checks if check.code in codes.essential())


def _manual(plan: Plan) -> set[str]:
    return {code for cause in plan.manual for code in cause.codes}
