"""SD105: what answers as the Docker engine answers with an error where every engine has an answer."""

from __future__ import annotations

from stigmer_doctor.model.facts import EngineFault, EngineSearch, Place
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.advice import check_command, in_cluster
from stigmer_doctor.rules.commands import kubectl

_ROLE = Remediation(
    text="Have a Role with the rights that the doctor needs bound to this user; the project's page about Kubernetes "
    "has one with no more than those. The command shows which there are now.",
    commands=(kubectl("auth", "can-i", "--list"),),
)


def check(search: EngineSearch) -> Judgement:
    if not search.endpoint and search.fault is None:
        yield Skip(reason="no engine was asked")
        return
    if search.fault is not EngineFault.REFUSES:
        return
    if search.place is Place.POD:
        yield in_cluster(search, _ROLE)
        return
    yield Finding(
        subject=search.endpoint,
        message=f"the Docker engine at {search.endpoint} answers with an error where an engine has to answer",
        measured=search.detail or search.fault.value,
        expected="an engine that says its version and lists or inspects its containers",
        remediation=_advice(search),
        evidence=(Evidence(source="engine", locator=search.source, value=search.endpoint),),
    )


def _advice(search: EngineSearch) -> Remediation:
    text = (
        "Its own words are above. Where an authorization plugin or a proxy stands before the engine, allow this user "
        "to ask for the version, for the list of containers and for their inspection, or ask the engine's own "
        "socket. Otherwise restart Docker, and look into its log."
    )
    others = tuple(check_command("--host", socket_) for socket_ in search.live_sockets)
    return Remediation(text=text, commands=("docker version", *others))


RULE = Rule(code="SD105", severity=Severity.ERROR, check=check, blocks_diagnosis=True)
