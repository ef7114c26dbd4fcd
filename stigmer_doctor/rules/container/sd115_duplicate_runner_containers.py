"""SD115: more than one agent-runner container runs."""

from __future__ import annotations

from stigmer_doctor.model.facts import ContainerSummary, Lookup
from stigmer_doctor.model.findings import Finding, Remediation, Severity
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.advice import seen, summary
from stigmer_doctor.rules.commands import docker
from stigmer_doctor.rules.wording import listed


def check(lookup: Lookup) -> Judgement:
    running = [runner for runner in lookup.runners if runner.state == "running"]
    if len(running) < 2:
        return
    names = [runner.name for runner in running]
    spare = [runner.name for runner in running if runner not in _meant(running, lookup.asked)] or names[1:]
    yield Finding(
        subject=listed(names),
        message=f"{len(running)} agent-runner containers run at once: each may take the executions that are meant for "
        "another",
        measured=listed(map(summary, running)),
        expected="one",
        remediation=Remediation(
            text="Stop those that are not wanted. With the same task queue they share its executions, whatever their "
            "configuration.",
            commands=(docker("stop", operands=spare),),
        ),
        evidence=tuple(seen(runner) for runner in running),
        endpoints=("temporal",),
    )


def _meant(running: list[ContainerSummary], asked: str) -> list[ContainerSummary]:
    """Those of the name that was asked for; where there is none, those whose id begins so."""
    name = asked.lstrip("/")
    return [runner for runner in running if runner.name == name] or [
        runner for runner in running if asked and runner.id.startswith(asked)
    ]


RULE = Rule(
    code="SD115",
    severity=Severity.WARNING,
    check=check,
    not_in_pods="replicas are meant to share their work",
    causes=("SD508",),
)
