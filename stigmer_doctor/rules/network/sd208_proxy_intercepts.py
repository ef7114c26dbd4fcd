"""SD208: a proxy variable in the container sends a client's calls to a proxy instead of to the service."""

from __future__ import annotations

from stigmer_doctor.analysis.proxies import Proxy, proxy_of
from stigmer_doctor.model.changes import SetVariable
from stigmer_doctor.model.facts import Configuration, Container, Endpoint, NotMeasured, Outcome, Protocol, Reach
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.advice import listed
from stigmer_doctor.rules.dialling import dial_list, in_force, where
from stigmer_doctor.rules.services.answers import meant_for_this_machine

_CLIENTS = {Protocol.GRPC: "grpcio", Protocol.OLLAMA: "httpx"}


def check(
    container: Container,
    configuration: Configuration,
    profile: Profile,
    *,
    container_reach: Reach | NotMeasured,
) -> Judgement:
    usable = [endpoint for endpoint in configuration.endpoints if not endpoint.problem]
    proxied = {endpoint.name: proxy for endpoint in usable if (proxy := proxy_of(endpoint, container))}
    direct = [endpoint.title for endpoint in usable if endpoint.name not in proxied]
    for endpoint in usable:
        # A service elsewhere may well be meant to be reached through the proxy.
        if endpoint.name in proxied and meant_for_this_machine(endpoint, container, profile):
            yield _finding(endpoint, proxied[endpoint.name], direct, container, container_reach)


def _finding(
    endpoint: Endpoint, proxy: Proxy, direct: list[str], container: Container, reach: Reach | NotMeasured
) -> Finding:
    client, address = _CLIENTS[endpoint.protocol], proxy.at
    outcome, measured = _dialled(proxy, reach)
    dead = outcome not in (None, Outcome.CONNECTED)
    fate = "which does not answer" if dead else "which has to know the way back to this machine"
    return Finding(
        subject=proxy.variable,
        message=f"{endpoint.title} is called through the proxy {address} ({client} honours {proxy.variable}), {fate}",
        measured="; ".join(filter(None, (f"{proxy.variable}={proxy.value}", measured, _not_affected(direct)))),
        expected=f"no_proxy covers {endpoint.host}",
        remediation=Remediation(
            text=f"Let the runner call {endpoint.host} directly. grpcio reads the lower-case name only.",
            changes=(SetVariable(name="no_proxy", value=_extended(container, endpoint)),),
        ),
        evidence=(
            Evidence(source="inspect", locator=proxy.variable, value=proxy.value),
            in_force(endpoint),
        ),
        endpoints=(endpoint.name,),
        severity=Severity.ERROR if dead else None,
    )


def _dialled(proxy: Proxy, reach: Reach | NotMeasured) -> tuple[Outcome | None, str]:
    """What became of dialling the proxy from the container."""
    if isinstance(reach, NotMeasured):
        return None, ""
    if reach.resolves(proxy.host) is False:
        return Outcome.FAILED, f"{proxy.host} does not resolve {where(reach)}"
    dials = reach.to(proxy.host, proxy.port)
    return reach.verdict(proxy.host, proxy.port), f"{where(reach)} {dial_list(dials)}" if dials else ""


def _not_affected(direct: list[str]) -> str:
    return f"not affected: {listed(direct)}" if direct else ""


def _extended(container: Container, endpoint: Endpoint) -> str:
    """The list in force with the host in it, and what no client should send to a proxy."""
    for name in ("no_proxy", "NO_PROXY"):
        if (variable := container.variable(name)) and variable.value:
            return f"{variable.value},{endpoint.host}"
    return ",".join(dict.fromkeys((endpoint.host, "localhost", "127.0.0.1")))


RULE = Rule(code="SD208", severity=Severity.WARNING, check=check, causes=("SD701", "SD702"))
