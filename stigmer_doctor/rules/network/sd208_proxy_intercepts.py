"""SD208: a proxy variable in the container sends a client's calls to a proxy instead of to the service."""

from __future__ import annotations

from stigmer_doctor.analysis.links import Link, Links
from stigmer_doctor.analysis.proxies import Proxy, exceptions_of, proxy_of
from stigmer_doctor.model.changes import SetVariable
from stigmer_doctor.model.facts import Container, Outcome, Protocol
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import wording

_CLIENTS = {Protocol.GRPC: "grpcio", Protocol.OLLAMA: "httpx"}


def check(container: Container, links: Links) -> Judgement:
    proxied = [(link, proxy_of(link.endpoint, container)) for link in links.with_address]
    direct = [link.endpoint.title for link, proxy in proxied if not proxy]
    # A service elsewhere may well be meant to be reached through the proxy.
    concerned = [(link, proxy) for link, proxy in proxied if proxy and link.to_this_machine]
    for link, proxy in concerned:
        name = _to_set(link, container)
        hosts = [other.endpoint.host for other, _ in concerned if _to_set(other, container) == name]
        yield _finding(link, proxy, direct, SetVariable(name=name, value=_extended(name, hosts, container)))


def _to_set(link: Link, container: Container) -> str:
    """The list of exceptions that the client reads; where it reads none, or the upper-case one, the lower-case one,
    which every client reads first."""
    return exceptions_of(link.endpoint, container).lower() or "no_proxy"


def _finding(link: Link, proxy: Proxy, direct: list[str], change: SetVariable) -> Finding:
    endpoint = link.endpoint
    outcome, measured = _dialled(proxy, link)
    dead = outcome not in (None, Outcome.CONNECTED)
    fate = "which does not answer" if dead else "which has to know the way back to this machine"
    return Finding(
        subject=proxy.variable,
        message=f"{endpoint.title} is called through the proxy {proxy.at} ({_CLIENTS[endpoint.protocol]} honours "
        f"{proxy.variable}), {fate}",
        measured=wording.joined(f"{proxy.variable}={proxy.value}", measured, _not_affected(direct)),
        expected=f"{change.name} covers {endpoint.host}",
        remediation=Remediation(
            text=f"Let the runner call {endpoint.host} directly. grpcio reads the lower-case name only.",
            changes=(change,),
        ),
        evidence=(
            Evidence(source="inspect", locator=proxy.variable, value=proxy.value),
            wording.in_force(endpoint),
        ),
        endpoints=(endpoint.name,),
        severity=Severity.ERROR if dead else None,
    )


def _dialled(proxy: Proxy, link: Link) -> tuple[Outcome | None, str]:
    """What became of dialling the proxy from the container."""
    if link.inside.resolves(proxy.host) is False:
        return Outcome.FAILED, f"{proxy.host} does not resolve {link.vantage}"
    dials = link.inside.to(proxy.host, proxy.port)
    outcome = link.inside.verdict(proxy.host, proxy.port)
    return outcome, f"{link.vantage} {wording.dial_list(dials)}" if dials else ""


def _not_affected(direct: list[str]) -> str:
    return f"not affected: {wording.listed(direct)}" if direct else ""


def _extended(name: str, hosts: list[str], container: Container) -> str:
    """The list in force with all hosts concerned in it: findings that set the same variable set it to the same. A new
    list has what no client should send to a proxy as well."""
    for other in (name, name.upper()):
        if (variable := container.variable(other)) and variable.value:
            listed = {entry.strip().lower() for entry in variable.value.split(",")}
            added = (host for host in dict.fromkeys(hosts) if host.lower() not in listed)
            return ",".join((variable.value, *added))
    return ",".join(dict.fromkeys((*hosts, "localhost", "127.0.0.1")))


RULE = Rule(
    code="SD208",
    severity=Severity.WARNING,
    check=check,
    not_in_pods="which proxy is meant in a cluster is not known",
    causes=("SD701", "SD702"),
)
