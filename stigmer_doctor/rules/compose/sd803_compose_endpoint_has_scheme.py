"""SD803: a compose file gives an address as a URL where the runner takes host:port."""

from __future__ import annotations

from stigmer_doctor.model.edits import Edit
from stigmer_doctor.model.facts import Endpoint, Protocol
from stigmer_doctor.model.findings import Finding, Severity
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.source import ComposeFiles, ComposeService, ComposeVariable
from stigmer_doctor.rules import files, linking


def check(compose: ComposeFiles) -> Judgement:
    for service in compose.services:
        for endpoint in service.configuration.endpoints:
            written = service.variable(endpoint.variable)
            if endpoint.protocol is not Protocol.OLLAMA and endpoint.scheme and written:
                yield _finding(endpoint, written, service)


def _finding(endpoint: Endpoint, written: ComposeVariable, service: ComposeService) -> Finding:
    right = endpoint.raw.partition("://")[2].rstrip("/")
    edits = (Edit(span=written.scheme_at, text=""),) if written.scheme_at and not written.via else ()
    return Finding(
        subject=written.place,
        message=f"{endpoint.variable} of the service {service.name} must be host:port: the client takes the scheme "
        f"{endpoint.scheme}:// for a part of the name",
        measured=f"{endpoint.variable}={endpoint.raw}",
        expected=f"{endpoint.variable}={right}",
        remediation=files.remediation(
            f"Write the address without {endpoint.scheme}://." + files.in_place(edits, written.via),
            edits,
            snippet=files.override(service.name, endpoint.variable, right),
        ),
        evidence=(files.seen(written.place, files.quoted(written.name_at)),),
        endpoints=(endpoint.name,),
    )


RULE = Rule(code="SD803", severity=Severity.ERROR, check=check, causes_ahead=linking.DIALLED)
