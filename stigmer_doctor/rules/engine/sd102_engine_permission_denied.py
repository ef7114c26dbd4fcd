"""SD102: the Docker engine is there, and this user may not talk to it."""

from __future__ import annotations

from stigmer_doctor.model.facts import EngineFault, EngineSearch, Place
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.advice import check_command, in_cluster
from stigmer_doctor.rules.commands import command, kubectl

_SCHEME = "unix://"
_LOG_IN = Remediation(
    text="Log in as kubectl does it here (its context's user says how), then check again.",
    commands=(kubectl("auth", "whoami"),),
)


def check(search: EngineSearch) -> Judgement:
    if not search.endpoint and search.fault is None:
        yield Skip(reason="no engine was asked")
        return
    if search.fault is not EngineFault.PERMISSION_DENIED:
        return
    if search.place is Place.POD:
        yield in_cluster(search, _LOG_IN)
        return
    yield Finding(
        subject=search.endpoint,
        message=f"this user may not talk to the Docker engine at {search.endpoint}",
        measured=search.detail or search.fault.value,
        expected="the socket can be opened for reading and writing",
        remediation=_advice(search),
        evidence=(Evidence(source="engine", locator=search.source, value=search.endpoint),),
    )


def _advice(search: EngineSearch) -> Remediation:
    text = (
        "The command shows which group may use the socket. Become a member of it (usually: sudo usermod -aG docker "
        "NAME, then log in again), or run the doctor as a user who may. Members of that group are as good as root."
    )
    path = search.endpoint.removeprefix(_SCHEME)
    look = (command("ls", "-l", operands=(path,)),) if search.endpoint.startswith(_SCHEME) else ("docker version",)
    others = tuple(check_command("--host", socket_) for socket_ in search.live_sockets)
    return Remediation(text=text, commands=(*look, *others))


RULE = Rule(code="SD102", severity=Severity.ERROR, check=check, blocks_diagnosis=True)
