"""SD101: no Docker engine answers where the docker CLI would look for it."""

from __future__ import annotations

from stigmer_doctor.model.facts import Engine, EngineFault, EngineSearch, NotMeasured, Place
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.advice import check_command, in_cluster
from stigmer_doctor.rules.commands import kubectl

_SAYS = {
    EngineFault.UNREACHABLE: "no Docker engine answers at {where}",
    EngineFault.UNKNOWN_CONTEXT: "{where}: there is no such docker context",
    EngineFault.TLS: "the TLS connection to the Docker engine at {where} cannot be made",
    EngineFault.INVALID_ADDRESS: "{where} is not an address of a Docker engine",
    EngineFault.TIMED_OUT: "the Docker engine at {where} does not answer in time",
}
_ADVICE = {
    EngineFault.UNREACHABLE: "Start Docker, or correct its address{source}.",
    EngineFault.UNKNOWN_CONTEXT: "Use one of the contexts that exist, or correct what names it{source}.",
    EngineFault.TLS: "Put ca.pem, cert.pem and key.pem where DOCKER_CERT_PATH says, and make sure that they belong to "
    "this engine; or unset DOCKER_TLS_VERIFY when it speaks no TLS.",
    EngineFault.INVALID_ADDRESS: "Correct it{source}: an address is unix:///path, tcp://host:port, "
    "ssh://user@host or npipe:////./pipe/name.",
    EngineFault.TIMED_OUT: "The engine hangs, or the way to it is blocked. When docker hangs as well, restart Docker.",
}
_IN_CLUSTER = {
    EngineFault.UNREACHABLE: Remediation(
        text="Make kubectl itself reach the cluster, with the same context; then check again.",
        commands=(kubectl("version"),),
    ),
    EngineFault.UNKNOWN_CONTEXT: Remediation(
        text="Name one of the contexts that there are.", commands=("kubectl config get-contexts",)
    ),
    EngineFault.TLS: Remediation(
        text="Correct the certificates in kubectl's configuration, or its address of the cluster.",
        commands=(kubectl("version"),),
    ),
    EngineFault.INVALID_ADDRESS: Remediation(text="Correct kubectl's configuration."),
    EngineFault.TIMED_OUT: Remediation(
        text="The cluster hangs, or the way to it is blocked (a VPN that is down).", commands=(kubectl("version"),)
    ),
}
_COMMANDS = {EngineFault.UNKNOWN_CONTEXT: "docker context ls"}


def check(search: EngineSearch, *, engine: Engine | NotMeasured) -> Judgement:
    if not search.endpoint and search.fault is None:
        yield Skip(reason="no engine was asked")
        return
    if search.fault is None or search.fault not in _SAYS:
        return
    if search.place is Place.POD:
        yield in_cluster(search, _IN_CLUSTER[search.fault])
        return
    where = search.context or search.endpoint or "the default address"
    # What was wrong before an address was known says it best: a flag, a variable, a context, a file of the docker CLI.
    said = search.detail if _unfound(search) else _SAYS[search.fault].format(where=where)
    yield Finding(
        subject="the engine's address" if _unfound(search) else where,
        message=said if isinstance(engine, NotMeasured) else f"the Docker engine at {where} stopped answering",
        measured=search.detail or search.fault.value,
        expected="an engine that answers",
        remediation=_advice(search, search.fault),
        evidence=(Evidence(source="engine", locator=search.source, value=search.endpoint or search.context),),
    )


def _unfound(search: EngineSearch) -> bool:
    """Whether it failed before there was an address, and it is known why."""
    return bool(search.detail) and not (search.context or search.endpoint)


def _advice(search: EngineSearch, fault: EngineFault) -> Remediation:
    named = f" (named by {search.source})" if search.source else " (the default address)"
    text = _ADVICE[fault].format(source="" if _unfound(search) else named)
    if not search.live_sockets:
        return Remediation(text=text, commands=(_COMMANDS.get(fault, "docker version"),))
    found = "Other engines answer on this machine; diagnose one of them with --host."
    return Remediation(
        text=f"{text} {found}",
        commands=tuple(check_command("--host", socket_) for socket_ in search.live_sockets),
    )


RULE = Rule(code="SD101", severity=Severity.ERROR, check=check, blocks_diagnosis=True)
