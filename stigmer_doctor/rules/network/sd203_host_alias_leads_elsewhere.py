"""SD203: the name that should mean the user's machine leads to another one."""

from __future__ import annotations

from stigmer_doctor.analysis.links import Link, Links
from stigmer_doctor.analysis.routes import Routes
from stigmer_doctor.model.changes import MapHost
from stigmer_doctor.model.facts import Container, Engine, NotMeasured, Place
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.topology import Route
from stigmer_doctor.rules import wording


def check(
    container: Container, links: Links, routes: Routes, place: Place, *, engine: Engine | NotMeasured
) -> Judgement:
    if not place.here:
        yield Skip(reason="the engine is on another machine, whose name for its host leads there")
        return
    for alias in routes.aliases:
        users = [link for link in links.with_address if link.endpoint.host == alias]
        elsewhere = routes.elsewhere(alias)
        said = _said(alias, users, elsewhere[0].address) if users and elsewhere else ""
        if isinstance(said, Skip):
            yield said
        elif said:
            mapped = [host for host in container.extra_hosts if host.partition(":")[0] == alias]
            target = routes.to_map_to(elsewhere[0].address)
            advice = _advice(alias, target, mapped, engine)
            yield _finding(said, users, elsewhere, mapped, advice)


def _said(alias: str, users: list[Link], address: str) -> str | Skip:
    """What is wrong; "" where nothing is, or another rule says it."""
    if accepting := [link for link in users if link.connects]:
        return _answering(alias, accepting, address)
    running = [link.endpoint.title for link in users if link.answering_here]
    if not running or not all(link.refused for link in users):
        return ""
    return (
        f"{alias} leads to another machine ({address}), on which nothing answers; {wording.listed(running)} "
        f"run{'s' if len(running) == 1 else ''} on this one"
    )


def _answering(alias: str, accepting: list[Link], address: str) -> str | Skip:
    """Whether what answers there is what answers here: a machine that forwards the ports is none of this rule's."""
    same = {link.endpoint.title: _same(link) for link in accepting}
    if strange := [title for title, here in same.items() if here is False]:
        return (
            f"{alias} leads to another machine ({address}), which answers in place of this one: "
            f"{wording.listed(strange)}"
        )
    if True in same.values():
        return ""
    return Skip(
        reason=f"{alias} does not lead to this machine itself, and whether what answers there is what answers here "
        "could not be told: a machine between may forward the ports"
    )


def _same(link: Link) -> bool | None:
    """Whether the service that answers in the container is the one of this machine; None where nothing tells."""
    # Where nothing serves it here, somebody else does.
    return False if link.user_dials and not link.answering_here else link.asked.same


def _finding(
    said: str, users: list[Link], elsewhere: tuple[Route, ...], mapped: list[str], remediation: Remediation
) -> Finding:
    alias, address = users[0].endpoint.host, elsewhere[0].address
    heard = wording.listed(f"{route.listener} {route.outcome}" for route in elsewhere)
    return Finding(
        subject=alias,
        message=said,
        measured=f"{alias} is {address} in the container; listeners of the doctor's own, dialled there: {heard}",
        expected=f"a listener of this machine is reached at {alias}",
        remediation=remediation,
        evidence=(
            Evidence(source="inspect", locator="HostConfig.ExtraHosts", value=", ".join(mapped) or "none"),
            *(wording.in_force(link.endpoint) for link in users),
        ),
        endpoints=tuple(link.endpoint.name for link in users),
    )


def _advice(alias: str, target: str, mapped: list[str], engine: Engine | NotMeasured) -> Remediation:
    if not target:
        colima = not isinstance(engine, NotMeasured) and engine.name.lower().startswith("colima")
        whose = " (the address is Colima's VM; Lima's name for this machine is host.lima.internal)" if colima else ""
        return Remediation(
            text=f"No address by which a container reaches this machine was found{whose}. Fix the engine's way "
            f"to its host (restart or update it), or map {alias} to this machine's address."
        )
    instead = f" instead of {mapped[0].partition(':')[2]}." if mapped else ", or correct the name server."
    return Remediation(
        text=f"Map {alias} to {target}{instead}",
        changes=(MapHost(name=alias, target=target),),
    )


RULE = Rule(
    code="SD203",
    severity=Severity.ERROR,
    check=check,
    not_in_pods="no name in a pod stands for this machine",
    causes=("SD211", "SD4", "SD5", "SD6", "SD7"),
)
