"""SD407: what answers at the backend's address is a gRPC server without the backend's service."""

from __future__ import annotations

from stigmer_doctor.analysis.links import Links
from stigmer_doctor.model.facts import BackendAnswer, NotMeasured
from stigmer_doctor.model.findings import Evidence, Finding, Severity, Skip
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import linking, wording
from stigmer_doctor.rules.services.answering import address_advice


def check(links: Links, backend: BackendAnswer, profile: Profile) -> Judgement:
    link = links.usable("backend")
    if isinstance(link, NotMeasured):
        yield Skip(reason=link.reason)
    elif backend.has_service is False:
        endpoint, known = link.endpoint, profile.endpoint("backend")
        service = known.service if known else ""
        health = f"; its health service says {backend.status}" if backend.status == "SERVING" else ""
        yield Finding(
            subject=endpoint.address,
            message=f"what answers at {endpoint.address} is {backend.other or 'another gRPC server'}, not "
            f"{endpoint.title}: every call of the runner fails there",
            measured=f"it does not know the service {service}{health}",
            expected=f"a server of {service}",
            remediation=address_advice(link, profile),
            evidence=(
                wording.in_force(endpoint),
                Evidence(source="container", locator=endpoint.address, value=backend.status),
            ),
            endpoints=("backend",),
        )


RULE = Rule(code="SD407", severity=Severity.ERROR, check=check, causes=("SD405", *linking.LOGGED, *linking.START_UP))
