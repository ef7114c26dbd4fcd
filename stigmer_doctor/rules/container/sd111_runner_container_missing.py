"""SD111: there is no agent-runner container of that name or id to look at."""

from __future__ import annotations

from stigmer_doctor.model.facts import EngineSearch, Lookup, Match, Place
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.advice import check_command, pod_command, seen, short, summary
from stigmer_doctor.rules.commands import docker, kubectl, of_profile, option
from stigmer_doctor.rules.wording import listed

_LIST = docker("ps", "--all")
_SHOWN = 5


def check(lookup: Lookup, profile: Profile, pre: bool, search: EngineSearch) -> Judgement:
    if lookup.match is Match.FOUND or pre:
        return
    if search.place is Place.POD:
        yield _no_pod(lookup, search)
        return
    message, measured, remediation = _said(lookup, profile)
    others = tuple({candidate.id: candidate for candidate in (*lookup.candidates, *lookup.runners)}.values())
    yield Finding(
        subject=lookup.asked,
        message=message,
        measured=lookup.detail or measured,
        expected="one agent-runner container of that name or id",
        remediation=remediation,
        evidence=tuple(seen(other) for other in others[:_SHOWN]),
    )


def _said(lookup: Lookup, profile: Profile) -> tuple[str, str, Remediation]:
    asked = lookup.asked
    match lookup.match:
        case Match.AMBIGUOUS:
            ids = [short(candidate.id) for candidate in lookup.candidates]
            return (
                f"{asked} is the beginning of {len(ids)} container ids",
                f"{listed(ids)} match",
                Remediation(text="Give more of the id, or the name.", commands=_choices(lookup)),
            )
        case Match.NOT_A_RUNNER:
            return (
                f"the container {asked} is not an agent-runner by its name, its image, its variables or its code",
                listed(map(summary, lookup.candidates)) or "no trace of the runner in it",
                Remediation(text="Name the runner's container.", commands=_choices(lookup) or (_LIST,)),
            )
        case Match.REMOVED:
            return (
                f"the container {asked} was removed while it was looked at",
                "the engine says that there is no such container any more",
                Remediation(
                    text="The daemon replaces a runner that it misses: diagnose again in a moment.",
                    commands=(check_command("--container", asked),),
                ),
            )
        case _:
            return f"there is no container {asked}", "not in the engine's list", _missing(lookup, profile)


def _missing(lookup: Lookup, profile: Profile) -> Remediation:
    if lookup.runners or lookup.candidates:
        return Remediation(
            text="These containers look like the runner: name the one that is meant.", commands=_choices(lookup)
        )
    if lookup.asked != profile.container_name:
        return Remediation(text="The command lists all containers.", commands=(_LIST,))
    start = next((endpoint.start for endpoint in profile.endpoints if endpoint.name == "backend"), "")
    return Remediation(
        text="The Stigmer daemon starts the runner. When it runs on another engine, name that one with --host or "
        "--context.",
        commands=(of_profile(start),) if start else (),
    )


def _choices(lookup: Lookup) -> tuple[str, ...]:
    """The candidates of an ambiguous prefix by id; otherwise what looks like a runner, then what is called alike."""
    if lookup.match is Match.AMBIGUOUS:
        return tuple(check_command("--container", short(candidate.id)) for candidate in lookup.candidates[:_SHOWN])
    alike = lookup.candidates if lookup.match is Match.MISSING else ()
    names = dict.fromkeys(runner.name for runner in (*lookup.runners, *alike) if runner.name != lookup.asked)
    return tuple(check_command("--container", name) for name in list(names)[:_SHOWN])


def _no_pod(lookup: Lookup, search: EngineSearch) -> Finding:
    """The same in a cluster, where nothing has an id that a person would type."""
    asked, where = lookup.asked, f"in the namespace {search.namespace}"
    others = list(dict.fromkeys(other.name for other in (*lookup.candidates, *lookup.runners) if other.name != asked))
    match lookup.match:
        case Match.NOT_A_RUNNER:
            message = f"the pod {asked} is not an agent-runner by its name, its image, its variables or its code"
        case Match.REMOVED:
            message = f"the pod {asked} was removed while it was looked at"
        case _:
            near = f": did you mean {listed(others[:3], 'or')}?" if others else ""
            message = lookup.detail or f"there is no pod {asked} {where}{near}"
    choices = tuple(pod_command(search, *option("--pod", name)) for name in others[:_SHOWN])
    return Finding(
        subject=asked,
        message=message,
        measured=f"not among the pods {where}" if lookup.match is Match.MISSING else lookup.match.value,
        expected="an agent-runner of that name",
        remediation=Remediation(
            text="Name one that is there." if choices else "The command lists what there is.",
            commands=choices or (kubectl("get", "pods,deployments"),),
        ),
        evidence=tuple(
            Evidence(source="engine", locator=other.name, value=f"{other.image}, {other.state}")
            for other in (*lookup.candidates, *lookup.runners)[:_SHOWN]
        ),
    )


RULE = Rule(code="SD111", severity=Severity.ERROR, check=check, blocks_diagnosis=True)
