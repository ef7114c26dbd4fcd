"""Whether a proof or a new container is good enough: pure, on what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stigmer_doctor.heal.specification import difference
from stigmer_doctor.model.codes import about_source
from stigmer_doctor.model.merged import Changes

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
from stigmer_doctor.model.findings import CheckStatus, Diagnosis, Severity, Status
from stigmer_doctor.model.fixes import Plan
from stigmer_doctor.model.ports import Json

# A start that needs what these say is missing fails, whatever else was repaired.
_STOP_THE_START = {"SD306", "SD307", "SD505", "SD507", "SD651", "SD652"}
_LINKS = {"backend", "temporal", "llm", "redis"}
_COMPOSE = ("Config.Labels.com.docker.compose.",)


def unproved(
    configuration: Configuration,
    answers: Mapping[str, Answer | NotMeasured],
    user: Reach | NotMeasured,
    listeners: Listeners | NotMeasured,
) -> tuple[str, ...]:
    """The endpoints that are up on this machine and did not answer in the throwaway container, in words."""
    found = []
    for each in configuration.endpoints:
        answer = answers.get(each.name)
        if isinstance(answer, NotMeasured | None):
            problem = answer.reason if answer else "it was not asked"
        elif answer.answered is Answered.YES:
            continue
        else:
            problem = str(answer.answered)
        if _up(each.standard_port, each.port, user, listeners):
            found.append(f"{each.title} at {each.address}: {problem}")
    return tuple(found)


def _up(standard: int, port: int, user: Reach | NotMeasured, listeners: Listeners | NotMeasured) -> bool:
    ports = {standard, port}
    if not isinstance(listeners, NotMeasured) and any(each.port in ports for each in listeners.items):
        return True
    return not isinstance(user, NotMeasured) and any(
        each.port in ports and each.outcome is Outcome.CONNECTED for each in user.dials
    )


def may_start(plan: Plan) -> bool:
    """Whether the new container's worker can become ready: nothing that stops the start is left to the user."""
    return not _manual(plan) & _STOP_THE_START


def shortcomings(plan: Plan, before: Diagnosis, after: Diagnosis, facts: Facts) -> tuple[str, ...]:
    """Why the new container is not good enough: a cause that was to go, an error that is new, a worker that does not
    poll. What needed the user's own hand before may still do so."""
    return tuple(_shortcomings(plan, before, after, facts))


def _shortcomings(plan: Plan, before: Diagnosis, after: Diagnosis, facts: Facts) -> Iterator[str]:
    manual = _manual(plan)
    if may_start(plan) and not (isinstance(facts.container, Container) and facts.container.running):
        yield "it does not run"
        return
    known = {each.code for each in before.findings} - set(plan.repairs)
    for each in after.findings:
        if about_source(each.code):
            continue
        if each.severity is not Severity.ERROR or each.code in manual or set(each.caused_by) & manual:
            continue
        if each.code in plan.repairs or each.root_cause or each.code not in known:
            yield f"{each.code}: {each.message}"
    polled = next((each for each in after.checks if each.code == "SD506"), None)
    if polled and polled.status is not CheckStatus.PASS and may_start(plan):
        yield f"its worker does not poll ({polled.reason or polled.status})"


def still_wrong(after: Diagnosis) -> tuple[str, ...]:
    """Why the runner does not work although the repair was verified as far as it goes: what only the user can do, and
    what could not be measured. Empty when it was measured to work."""
    errors = [each for each in after.findings if each.severity is Severity.ERROR and not about_source(each.code)]
    causes = [each for each in errors if each.root_cause] or errors
    if causes:
        return tuple(f"{each.code}: {each.message}" for each in causes)
    return (unmeasured(after),) if after.status is Status.INCONCLUSIVE else ()


def doubts(diagnosis: Diagnosis) -> tuple[str, ...]:
    """What speaks against a runner in which nothing is repaired: errors, and warnings about its links."""
    return tuple(
        f"{each.code}: {each.message}"
        for each in diagnosis.findings
        if not about_source(each.code)
        and (each.severity is Severity.ERROR or (each.severity is Severity.WARNING and set(each.endpoints) & _LINKS))
    )


def unmeasured(diagnosis: Diagnosis) -> str:
    """Why a diagnosis is inconclusive, in words."""
    errors = [each.message for each in diagnosis.findings if each.severity is Severity.ERROR]
    skipped = [each.reason for each in diagnosis.checks if each.code == "SD506" and each.status is CheckStatus.SKIP]
    return next(iter((*errors, *skipped)), "not everything could be measured")


def _manual(plan: Plan) -> set[str]:
    return {code for each in plan.manual for code in each.codes}


def unplanned(before: Json, after: Json, changes: Changes, *, by_compose: bool = False) -> tuple[str, ...]:
    """Settings of the new container that differ and were not to. Compose keeps its own account in labels."""
    allowed = {"HostConfig.Binds"}
    if not by_compose:  # the policy is given to the new container once it was verified
        allowed |= {"HostConfig.RestartPolicy.Name", "HostConfig.RestartPolicy.MaximumRetryCount"}
    if changes.variables:
        allowed.add("Config.Env")
    if changes.network:
        allowed.add("HostConfig.NetworkMode")
    if changes.hosts or changes.network:
        allowed.add("HostConfig.ExtraHosts")
    own = _COMPOSE if by_compose else ("\0",)
    return tuple(each for each in difference(before, after) if each not in allowed and not each.startswith(own))
