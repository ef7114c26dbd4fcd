"""SD103: the engine is older than the mapping of a host name to the host (host-gateway)."""

from __future__ import annotations

from stigmer_doctor.model.facts import Engine
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.rules import Judgement, Rule

_NEEDED = (1, 41)


def check(engine: Engine) -> Judgement:
    try:
        version = tuple(int(part) for part in engine.api_version.split("."))
    except ValueError:
        yield Skip(reason=f'the engine gives its API version as "{engine.api_version}"')
        return
    if version >= _NEEDED:
        return
    yield Finding(
        subject=f"Docker {engine.version}",
        message=f"the engine is too old: a host name cannot be mapped to the host (host-gateway) by Docker "
        f"{engine.version}",
        measured=f"API {engine.api_version}",
        expected="API 1.41 or newer (Docker 20.10)",
        remediation=Remediation(text="Upgrade the engine to Docker 20.10 or newer."),
        evidence=(Evidence(source="engine", locator="ApiVersion", value=engine.api_version),),
    )


RULE = Rule(code="SD103", severity=Severity.ERROR, check=check, not_in_pods="a cluster does not run Docker's API")
