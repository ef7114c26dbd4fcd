"""SD116: the daemon's record of the container's id names another container."""

from __future__ import annotations

from stigmer_doctor.model.facts import Container, DataDir, Lookup, NotMeasured, Place
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.advice import short, summary
from stigmer_doctor.rules.commands import docker, into_file


def check(
    container: Container, data_dir: DataDir, place: Place, profile: Profile, *, lookup: Lookup | NotMeasured
) -> Judgement:
    recorded = (data_dir.recorded_id or "").strip()
    if container.name != profile.container_name:
        return  # the daemon records only the container that it starts
    if not place.here:
        yield Skip(reason="the engine is on another machine, and so is the daemon that keeps the file")
    elif data_dir.error:
        yield Skip(reason=data_dir.error)
    elif recorded and not container.id.startswith(recorded):
        yield _finding(container, data_dir, recorded, lookup)


def _finding(container: Container, data_dir: DataDir, recorded: str, lookup: Lookup | NotMeasured) -> Finding:
    path = f"{data_dir.path.rstrip('/')}/{data_dir.id_file}"
    runners = () if isinstance(lookup, NotMeasured) else lookup.runners
    other = next((runner for runner in runners if runner.id.startswith(recorded)), None)
    whose = f"that of {summary(other)}" if other else "that of no agent-runner on this engine"
    return Finding(
        subject=path,
        message=f"the id in {path} is {whose}; stigmer server stop trusts the file and will not stop {container.name}",
        measured=short(recorded),
        expected=f"{short(container.id)} ({container.name})",
        remediation=Remediation(
            text="Write the id of the container that runs into the file.",
            commands=(into_file(docker("inspect", "--format", "{{.Id}}", operands=(container.name,)), path),),
        ),
        evidence=(Evidence(source="file", locator=path, value=recorded),),
    )


RULE = Rule(code="SD116", severity=Severity.WARNING, check=check, not_in_pods="no daemon records the id of a pod")
