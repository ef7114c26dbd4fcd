"""SD104: the container that was asked for is not on this engine, and it is on another one of this machine."""

from __future__ import annotations

from stigmer_doctor.model.facts import EngineSearch, Lookup, Match
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.advice import check_command, summary


def check(lookup: Lookup, search: EngineSearch) -> Judgement:
    if lookup.match is not Match.MISSING or not lookup.elsewhere:
        return
    where = [runner.endpoint for runner in lookup.elsewhere]
    yield Finding(
        subject=lookup.asked,
        message=f"{lookup.asked} is on another engine: {', '.join(where)}",
        measured=f"not on {search.endpoint} ({search.source}); there: {summary(lookup.elsewhere[0].container)}",
        expected="the engine that the doctor asks is the one that the runner is on",
        remediation=Remediation(
            text="Ask that engine, and set DOCKER_HOST or the docker context to it where the daemon should use it too.",
            commands=tuple(check_command("--host", engine) for engine in where),
        ),
        evidence=tuple(
            Evidence(source="engine", locator=runner.endpoint, value=summary(runner.container))
            for runner in lookup.elsewhere
        ),
    )


RULE = Rule(
    code="SD104",
    severity=Severity.ERROR,
    check=check,
    not_in_pods="a pod is in one cluster",
    causes=("SD111",),
    blocks_diagnosis=True,
)
