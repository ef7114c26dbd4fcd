"""SD905: a loopback address of this machine is handed to the container as it is."""

from __future__ import annotations

from stigmer_doctor.model.findings import Finding, Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.source import GoFiles, GoVariable
from stigmer_doctor.rules import files


def check(go: GoFiles, profile: Profile) -> Judgement:
    endpoints = {name for each in profile.endpoints for name in each.variables}
    near = tuple(each.rpartition("_")[0] for each in endpoints)
    for each in go.variables:
        if each.address and (each.name in endpoints or each.name.startswith(near)):
            yield _finding(each)


def _finding(written: GoVariable) -> Finding:
    place = (written.address_at or written.name_at).place
    through = f"through {written.resolver}(), as the other addresses are" if written.resolver else "translated first"
    return Finding(
        subject=place,
        message=f"{written.name} gets {written.address}, which in the container is the container itself",
        measured=files.quoted(written.address_at or written.name_at) or written.address,
        expected=f"the address {through}",
        remediation=files.remedy(f"Pass the address {through}.", written.mend, files.UNSAFE),
        evidence=(files.seen(place, files.quoted(written.address_at)),),
    )


RULE = Rule(code="SD905", severity=Severity.ERROR, check=check)
