"""SD304: the value of an address cannot be dialled as it stands."""

from __future__ import annotations

from stigmer_doctor.analysis.addresses import value
from stigmer_doctor.analysis.addressing import Addressing
from stigmer_doctor.analysis.reads import Reads
from stigmer_doctor.model.facts import Configuration, Endpoint
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import linking


def check(addressing: Addressing, configuration: Configuration, reads: Reads) -> Judgement:
    for endpoint in configuration.endpoints:
        if not endpoint.problem:
            continue
        if endpoint.defaulted and not endpoint.raw and not any(read.required for read in reads.of(endpoint.variable)):
            yield Skip(reason=f"{endpoint.variable}: {endpoint.problem}")
        else:
            yield _finding(endpoint, addressing)


def _finding(endpoint: Endpoint, addressing: Addressing) -> Finding:
    unset = endpoint.defaulted and not endpoint.raw
    address = addressing.meant(endpoint, endpoint.raw) or addressing.usual(endpoint)
    right = value(endpoint, *address) if address else ""
    return Finding(
        subject=endpoint.variable,
        message=f"{endpoint.variable} is required, and nothing sets it"
        if unset
        else f"{endpoint.variable} holds no usable address: {endpoint.problem}",
        measured=f"{endpoint.variable} unset" if unset else f'{endpoint.variable}="{endpoint.raw}"',
        expected=right or "host:port",
        remediation=Remediation(
            text=f"Give {endpoint.variable} the address of {endpoint.title}"
            + (f", {right} unless it listens elsewhere." if right else "."),
            changes=addressing.move(endpoint, *address) if address else (),
        ),
        evidence=(Evidence(source="inspect", locator=endpoint.variable, value=endpoint.raw or "unset or empty"),),
        endpoints=(endpoint.name,),
    )


RULE = Rule(
    code="SD304",
    severity=Severity.ERROR,
    check=check,
    causes=(*linking.CONNECTION, *linking.LOGGED, *linking.START_UP),
)
