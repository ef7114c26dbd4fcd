"""SD302: an address that must be host:port is written as a URL."""

from __future__ import annotations

from stigmer_doctor.analysis import parts
from stigmer_doctor.analysis.addressing import Addressing
from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.changes import SetVariable
from stigmer_doctor.model.facts import Configuration, Endpoint, Protocol
from stigmer_doctor.model.findings import Finding, Remediation, Severity
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import linking, wording


def check(addressing: Addressing, configuration: Configuration) -> Judgement:
    for endpoint in configuration.endpoints:
        if endpoint.protocol in (Protocol.GRPC, Protocol.TEMPORAL) and endpoint.scheme:
            yield _finding(endpoint, addressing)


def _finding(endpoint: Endpoint, addressing: Addressing) -> Finding:
    meant = addressing.meant(endpoint, endpoint.raw)
    right = host_port(*meant) if meant else ""
    tls = " The runner speaks TLS only to port 443." if endpoint.scheme == "https" else ""
    dropped = _dropped(endpoint)
    return Finding(
        subject=endpoint.variable,
        message=f"{endpoint.variable} must be host:port: {_effect(endpoint)}",
        measured=wording.in_words(endpoint),
        expected=right or "host:port",
        remediation=Remediation(
            text=f"Write the address without {endpoint.scheme}://.{tls}",
            changes=(SetVariable(name=endpoint.variable, value=right),) if right else (),
        ),
        evidence=(wording.in_force(endpoint),),
        # What is accepted for now explains no failure of the endpoint.
        endpoints=(parts.SETTINGS,) if dropped else (endpoint.name,),
        severity=Severity.WARNING if dropped else None,
    )


def _dropped(endpoint: Endpoint) -> bool:
    """Whether the client drops the scheme and warns: temporalio 1.35 does, of all but https."""
    return endpoint.protocol is Protocol.TEMPORAL and endpoint.scheme != "https"


def _effect(endpoint: Endpoint) -> str:
    if _dropped(endpoint):
        return f"temporalio still drops the scheme {endpoint.scheme}://, and says that it will not for long"
    if endpoint.protocol is Protocol.TEMPORAL:
        return "temporalio wants TLS for https://, which the runner does not set up"
    return f"the client takes the scheme {endpoint.scheme}:// for a part of the name"


RULE = Rule(
    code="SD302",
    severity=Severity.ERROR,
    check=check,
    causes=("SD304", *linking.CONNECTION, *linking.LOGGED, *linking.START_UP),
)
