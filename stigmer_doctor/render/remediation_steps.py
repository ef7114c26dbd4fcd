"""What to do, as commands that run as printed in a POSIX shell, for all root causes together."""

from __future__ import annotations

from collections.abc import Iterable

from stigmer_doctor.analysis import merging
from stigmer_doctor.model.facts import Container, EngineSearch, Facts, Lookup, Place, Pod, Replicas
from stigmer_doctor.model.findings import Diagnosis, Finding, Severity, Status
from stigmer_doctor.render import compose, pods, recipe
from stigmer_doctor.render.step import ReportStep
from stigmer_doctor.rules import codes
from stigmer_doctor.rules.advice import pod_command
from stigmer_doctor.rules.commands import addressed, command, engine_options, option
from stigmer_doctor.rules.wording import listed
from stigmer_doctor.source.edits import unified

_UNCHANGEABLE = ("paused", "removing", "dead")


def commands(diagnosis: Diagnosis, facts: Facts) -> tuple[ReportStep, ...]:
    """The steps in the order to take them: services first, then the container. Empty where nothing is to be run."""
    causes = _causes(diagnosis)
    docker = docker_words(facts.search)
    wanted = merging.merge(causes, codes.knowing_the_value())
    steps = list(_services(causes, facts.search))
    way_back: tuple[ReportStep, ...] = ()
    if wanted and isinstance(facts.container, Container):
        if facts.place is Place.POD:
            steps += pods.steps(facts.pod, wanted, engine_options(facts.search))
        elif facts.container.compose:
            steps += compose.steps(facts.container.compose, wanted, docker)
        else:
            steps += recipe.steps(facts.container, wanted, facts, docker)
            way_back = recipe.way_back(facts.container, docker)
    steps += _files(causes, facts)
    again = _check_after(facts)
    check = (ReportStep(title="Look whether it helped:", commands=(again,)),) if again else ()
    return (*steps, *check, *way_back) if steps else ()


def fix(diagnosis: Diagnosis, facts: Facts) -> str:
    """The command that lets the doctor do it; "" where it can change nothing about what was found."""
    causes = _causes(diagnosis)
    if _by_container(causes, facts):
        return command("stigmer-doctor", "fix", *engine_options(facts.search), *_container_option(facts))
    found = [cause for cause in causes if codes.about_source(cause.code)]
    return _fix(found, facts) if any(finding.remediation.edits for finding in found) else ""


def promise(diagnosis: Diagnosis, facts: Facts) -> str:
    """What that command does, and which causes it does nothing about."""
    causes = _causes(diagnosis)
    container = _by_container(causes, facts)
    left = [cause.code for cause in causes if not (cause.remediation.changes if container else cause.remediation.edits)]
    rest = f" Left to you: {listed(dict.fromkeys(left))}." if left else ""
    tries = "Tries it in a throwaway container first, asks" if container else "Shows the changes, asks"
    return f"{tries}, verifies, and can be undone.{rest}"


def following(diagnosis: Diagnosis, facts: Facts) -> str:
    """The command to go on with: the fix, else the first step to take, else the one that says more; "" where nothing is
    left to do."""
    first = next((command for step in commands(diagnosis, facts) for command in step.commands), "")
    simple = "" if "\n" in first or first.startswith("#") else first
    return fix(diagnosis, facts) or simple or _more(diagnosis, facts) or _after_the_start(facts)


def _more(diagnosis: Diagnosis, facts: Facts) -> str:
    worse = (Severity.ERROR, Severity.WARNING)
    code = next((found.code for found in diagnosis.findings if found.severity in worse and not found.suppressed), "")
    if code:
        return command("stigmer-doctor", "rule", code)
    if diagnosis.status is not Status.INCONCLUSIVE:
        return ""
    starting = any(found.code == codes.STARTING and not found.suppressed for found in diagnosis.findings)
    asked = not any(service.unexplained for service in diagnosis.services)
    return f"{_check(facts)} {'--wait' if starting and asked else '--verbose'}"


def _after_the_start(facts: Facts) -> str:
    """What tells whether a runner that is started now works."""
    return command("stigmer-doctor", "check", "--wait", *engine_options(facts.search)) if facts.pre else ""


def of(finding: Finding, facts: Facts) -> tuple[str, ...]:
    """The finding's own commands, for the engine in use."""
    return tuple(addressed(printed, engine_options(facts.search)) for printed in finding.remediation.commands)


def docker_words(search: EngineSearch) -> tuple[str, ...]:
    """`docker`, with what makes it talk to the same engine.

    What DOCKER_HOST, DOCKER_CONTEXT or the current context say is in force for the user's docker as well.
    """
    return "docker", *engine_options(search)


def _causes(diagnosis: Diagnosis) -> list[Finding]:
    return sorted((finding for finding in diagnosis.findings if finding.root_cause), key=lambda finding: finding.code)


def _by_container(causes: Iterable[Finding], facts: Facts) -> bool:
    return bool(merging.merge(causes, codes.knowing_the_value())) and _replaceable(facts)


def _replaceable(facts: Facts) -> bool:
    """Whether `fix` could replace the container, as far as the facts tell; it gives its reasons when asked."""
    container = facts.container
    if not isinstance(container, Container) or facts.place is Place.POD:
        return False
    deleted_when_stopped = "AutoRemove" in (container.unsupported_options or ())
    return not deleted_when_stopped and container.state.status not in _UNCHANGEABLE


def _services(causes: Iterable[Finding], search: EngineSearch) -> Iterable[ReportStep]:
    seen: set[str] = set()
    for cause in causes:
        fresh = [printed for printed in cause.remediation.commands if printed not in seen]
        seen.update(fresh)
        if fresh:
            yield ReportStep(
                title=f"For {cause.code} {cause.name}:",
                commands=tuple(addressed(printed, engine_options(search)) for printed in fresh),
            )


def _files(causes: Iterable[Finding], facts: Facts) -> Iterable[ReportStep]:
    """What is to be different in source files, file by file, and the command that does it."""
    found = [cause for cause in causes if codes.about_source(cause.code)]
    edits = [edit for finding in found for edit in finding.remediation.edits]
    for file in dict.fromkeys(edit.span.file for edit in edits):
        faults = dict.fromkeys(
            finding.code for finding in found if any(e.span.file == file for e in finding.remediation.edits)
        )
        diff = unified(edit for edit in edits if edit.span.file == file).expandtabs(4).splitlines()[2:]
        yield ReportStep(title=f"Change {file} ({', '.join(faults)}):", lines=tuple(diff))
    for finding in found:
        if not finding.remediation.edits and finding.remediation.fix and finding.remediation.fix.diff:
            yield ReportStep(
                title=f"For {finding.code}, in an override file:",
                lines=tuple(finding.remediation.fix.diff.splitlines()),
            )
    if edits:
        yield ReportStep(title="The doctor can make these changes, and take them back:", commands=(_fix(found, facts),))


def _fix(found: Iterable[Finding], facts: Facts) -> str:
    unsafe = any(finding.remediation.fix and finding.remediation.fix.safety == "unsafe" for finding in found)
    return command("stigmer-doctor", "fix", *_source_options(facts), *(["--unsafe"] if unsafe else []))


def _source_options(facts: Facts) -> Iterable[str]:
    """What makes a command look at the same source files, and at nothing else."""
    return ("--select", ",".join(codes.SOURCE), *_files_options(facts))


def _files_options(facts: Facts) -> Iterable[str]:
    source = option("--source", facts.source) if facts.source else ()
    return (*source, *(word for file in facts.named for word in option("--compose", file)))


def _check(facts: Facts) -> str:
    if facts.search.place is Place.POD:
        named = _pod_option(facts)
        return pod_command(facts.search, *named) if named else ""
    words = ["stigmer-doctor", "check", *engine_options(facts.search)]
    container = _container_option(facts)
    if facts.pre:
        return command(*words, "--pre", *_files_options(facts))
    if not container and (facts.source or facts.named):
        return command(*words, *_source_options(facts))
    return command(*words, *container)


def _check_after(facts: Facts) -> str:
    """The check once something was done. A runner that was started then takes its time, and a Deployment that was
    changed has other pods."""
    if isinstance(facts.pod, Pod) and facts.pod.workload_kind == "Deployment":
        again = pod_command(facts.search, *option("--deployment", facts.pod.workload))
    else:
        again = _check(facts)
    return f"{again} --wait" if again and isinstance(facts.container, Container) and not facts.pre else again


def _pod_option(facts: Facts) -> tuple[str, ...]:
    if isinstance(facts.replicas, Replicas) and facts.replicas.deployment:
        return option("--deployment", facts.replicas.deployment)
    asked = facts.lookup.asked if isinstance(facts.lookup, Lookup) else ""
    name = facts.container.name if isinstance(facts.container, Container) else asked
    return option("--pod", name) if name else ()


def _container_option(facts: Facts) -> tuple[str, ...]:
    asked = facts.lookup.asked if isinstance(facts.lookup, Lookup) else ""
    container = facts.container.name if isinstance(facts.container, Container) else asked
    return option("--container", container) if container else ()
