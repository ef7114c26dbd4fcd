"""A diagnosis and its facts, in one row."""

from __future__ import annotations

from stigmer_doctor.analysis.product import product
from stigmer_doctor.model.facts import Engine, Facts, UserSystem
from stigmer_doctor.model.findings import Diagnosis, ServiceStatus
from stigmer_doctor.model.verdict import Verdict


def verdict(diagnosis: Diagnosis, facts: Facts, version: str, snapshot: str = "") -> Verdict:
    """`version` is that of the doctor that judges; the diagnosis names the one that collected."""
    engine, system = facts.engine, facts.user_system
    found = engine if isinstance(engine, Engine) else None
    causes = (finding.code for finding in diagnosis.findings if finding.root_cause)
    return Verdict(
        host=found.name if found else "",
        place=facts.place.value,
        container=diagnosis.target.container,
        status=diagnosis.status.value,
        fingerprint=diagnosis.fingerprint,
        causes=tuple(sorted(set(causes))),
        services=tuple(service.name for service in diagnosis.services if service.status is not ServiceStatus.ANSWERS),
        product=str(product(found)) if found else "",
        system=(system.release or system.system) if isinstance(system, UserSystem) else "",
        checked_at=diagnosis.generated_at,
        version=version,
        collected_by=diagnosis.tool.version,
        snapshot=snapshot,
    )
