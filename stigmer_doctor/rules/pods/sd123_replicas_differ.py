"""SD123: replicas of the same workload differ: in their image, in their variables, or in what they reach."""

from __future__ import annotations

from collections.abc import Iterator

from stigmer_doctor.model.facts import (
    Configuration,
    Container,
    NotMeasured,
    Outcome,
    Pod,
    PodWorkload,
    Reach,
    Replicas,
    Variable,
)
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.pod import Replica
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.advice import restart_command
from stigmer_doctor.rules.wording import listed

_OWN = ("HOSTNAME", "POD_NAME", "POD_IP", "POD_UID", "NODE_NAME", "HOST_IP")
_SHOWN = 5
_ONE = {"s": "s", "es": "es", "have": "has", "do": "does"}
_SEVERAL = {"s": "", "es": "", "have": "have", "do": "do"}


def check(
    container: Container,
    pod: Pod,
    replicas: Replicas,
    *,
    workload: PodWorkload | NotMeasured,
    configuration: Configuration | NotMeasured,
    container_reach: Reach | NotMeasured,
) -> Judgement:
    running = [one for one in replicas.items if one.state.status == "running"]
    rolling = isinstance(workload, PodWorkload) and workload.updated < workload.desired
    advice = Remediation(
        text="Look how far the roll-out is: it replaces the pods one after the other."
        if rolling
        else "Make the pods again from one template: what was changed in a pod, or by hand on a node, goes with it.",
        commands=(restart_command(container, pod),) if not rolling else (),
    )
    mine = container.image_id or container.image
    if images := [one for one in running if (one.image_id or one.image) != mine]:
        lines = [(one, one.image_id or one.image) for one in images]
        yield _finding(pod, "run{s}", "another image", images, advice, lines)
    different = [(one, names) for one in running if (names := _different(container, pod, one))]
    if different:
        names = list(dict.fromkeys(name for _, found in different for name in found))
        yield _finding(
            pod,
            "{have}",
            f"other values of {listed(names[:_SHOWN])}",
            [one for one, _ in different],
            advice,
            [(one, line) for one, found in different for line in _values(container, one, found)],
        )
    if isinstance(configuration, Configuration) and isinstance(container_reach, Reach):
        yield from _reached(pod, configuration, container_reach, running)
    if replicas.deployment and replicas.left_out:
        yield Skip(reason=f"{len(replicas.left_out)} more replicas were not looked into")


def _different(container: Container, pod: Pod, replica: Replica) -> list[str]:
    """Variables whose values differ, but for those that have to: a pod's own name and address."""
    if replica.environment is None:
        return []
    mine, theirs = _by_name(container.environment), _by_name(replica.environment)
    return [
        name
        for name in dict.fromkeys((*mine, *theirs))
        if name not in _OWN
        and name not in pod.opaque
        and mine.get(name) != theirs.get(name)
        and not (pod.name in mine.get(name, "") and replica.name in theirs.get(name, ""))
    ]


def _by_name(variables: tuple[Variable, ...]) -> dict[str, str]:
    return {variable.name: variable.value for variable in variables}


def _values(container: Container, replica: Replica, names: list[str]) -> Iterator[str]:
    mine, theirs = _by_name(container.environment), _by_name(replica.environment or ())
    for name in names[:_SHOWN]:
        yield f"{name} is {theirs.get(name, 'unset')} there and {mine.get(name, 'unset')} in {container.name}"


def _reached(pod: Pod, configuration: Configuration, reach: Reach, running: list[Replica]) -> Iterator[Finding]:
    for endpoint in configuration.endpoints:
        here = reach.verdict(endpoint.host, endpoint.port) is Outcome.CONNECTED
        others = {
            one.name: (one, link.outcome)
            for one in running
            for link in one.links
            if link.endpoint == endpoint.name and link.outcome is not None
        }
        apart = [(one, found) for one, found in others.values() if (found is Outcome.CONNECTED) is not here]
        if apart:
            yield _finding(
                pod,
                "{do} not reach" if here else "reach{es}",
                f"{endpoint.title}, which {pod.name} {'does' if here else 'does not'}",
                [one for one, _ in apart],
                Remediation(
                    text="Compare the nodes that they run on, and the NetworkPolicies that select them by their labels."
                ),
                [(one, f"{endpoint.title} {found.value}") for one, found in apart if found],
                endpoint.name,
            )


def _finding(
    pod: Pod,
    verb: str,
    what: str,
    others: list[Replica],
    advice: Remediation,
    lines: list[tuple[Replica, str]],
    *endpoints: str,
) -> Finding:
    """The `verb` with what its forms begin or end with; `what` holds names, which may have braces of their own."""
    names = [one.name for one in others]
    does = verb.format(**(_ONE if len(names) == 1 else _SEVERAL))
    return Finding(
        subject=pod.workload or pod.name,
        message=f"replicas differ: {listed(names[:_SHOWN])} {does} {what}",
        measured="; ".join(f"{one.name}: {line}" for one, line in lines[:_SHOWN]),
        expected=f"every replica of {pod.workload or pod.name} as {pod.name}",
        remediation=advice,
        evidence=tuple(Evidence(source="inspect", locator=one.name, value=line) for one, line in lines[:_SHOWN]),
        endpoints=endpoints,
    )


RULE = Rule(code="SD123", severity=Severity.WARNING, check=check)
