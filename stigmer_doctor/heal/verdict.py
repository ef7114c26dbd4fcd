"""Whether a proof or a new container is good enough: pure, on what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stigmer_doctor.heal.specification import difference
from stigmer_doctor.model.codes import about_source
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
from stigmer_doctor.model.findings import CheckStatus, Diagnosis, Severity
from stigmer_doctor.model.fixes import Plan
from stigmer_doctor.model.merged import Changes
from stigmer_doctor.model.ports import Json

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
            found.append(f"{each.title} at {each.address or each.raw}: {problem}")
    return tuple(found)


def _up(standard: int, port: int, user: Reach | NotMeasured, listeners: Listeners | NotMeasured) -> bool:
    ports = {standard, port}
    if not isinstance(listeners, NotMeasured) and any(each.port in ports for each in listeners.items):
        return True
    return not isinstance(user, NotMeasured) and any(
        each.port in ports and each.outcome is Outcome.CONNECTED for each in user.dials
    )


def shortcomings(plan: Plan, before: Diagnosis, after: Diagnosis, facts: Facts) -> tuple[str, ...]:
    """Why the new container is not good enough (yet): a cause that was to go, an error that is new, a worker that does
    not poll. What needed the user's own hand before may still do so."""
    return tuple(_shortcomings(plan, before, after, facts))


def _shortcomings(plan: Plan, before: Diagnosis, after: Diagnosis, facts: Facts) -> Iterator[str]:
    if not isinstance(facts.container, Container) or not facts.container.running:
        yield "it does not run"
        return
    manual = {code for each in plan.manual for code in each.codes}
    known = {each.code for each in before.findings} - set(plan.repairs)
    for each in after.findings:
        if about_source(each.code):
            continue
        if each.severity is not Severity.ERROR or each.code in manual or set(each.caused_by) & manual:
            continue
        if each.code in plan.repairs or each.root_cause or each.code not in known:
            yield f"{each.code}: {each.message}"
    polled = next((each for each in after.checks if each.code == "SD506"), None)
    if polled and polled.status is not CheckStatus.PASS and not manual & {"SD505", "SD507"}:
        yield f"its worker does not poll yet ({polled.reason or polled.status})"


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
