"""SD407: what answers at the backend's address is a gRPC server without the backend's service."""

from __future__ import annotations

from stigmer_doctor.model.facts import BackendAnswer, Configuration, NotMeasured, Reach
from stigmer_doctor.model.findings import Evidence, Finding, Severity, Skip
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.dialling import in_force, usable
from stigmer_doctor.rules.endpoints import LOGGED, START_UP
from stigmer_doctor.rules.services.answers import address_advice


def check(
    configuration: Configuration, backend: BackendAnswer, profile: Profile, *, container_reach: Reach | NotMeasured
) -> Judgement:
    endpoint = usable("backend", configuration)
    if isinstance(endpoint, Skip):
        yield endpoint
    elif backend.has_service is False:
        service = next(other.service for other in profile.endpoints if other.name == "backend")
        health = f"; its health service says {backend.status}" if backend.status == "SERVING" else ""
        yield Finding(
            subject=endpoint.address,
            message=f"what answers at {endpoint.address} is {backend.other or 'another gRPC server'}, not "
            f"{endpoint.title}: every call of the runner fails there",
            measured=f"it does not know the service {service}{health}",
            expected=f"a server of {service}",
            remediation=address_advice(endpoint, container_reach, profile),
            evidence=(in_force(endpoint), Evidence(source="container", locator=endpoint.address, value=backend.status)),
            endpoints=("backend",),
        )


RULE = Rule(code="SD407", severity=Severity.ERROR, check=check, causes=("SD405", *LOGGED, *START_UP))
