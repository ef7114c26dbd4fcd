"""SD905: a loopback address of this machine is handed to the container as it is."""

from __future__ import annotations

from stigmer_doctor.model.findings import Finding, Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.source import GoFiles, GoVariable
from stigmer_doctor.rules import files


def check(go: GoFiles, profile: Profile) -> Judgement:
    endpoints = {name for endpoint in profile.endpoints for name in endpoint.variables}
    near = tuple(endpoint.rpartition("_")[0] for endpoint in endpoints)
    for variable in go.variables:
        if variable.name not in endpoints and not variable.name.startswith(near):
            continue
        if variable.address:
            yield _finding(variable)
        elif variable.untold and variable.name in endpoints:
            yield _untold(variable)


def _finding(written: GoVariable) -> Finding:
    place = (written.address_at or written.name_at).place
    through = f"through {written.resolver}(), as the other addresses are" if written.resolver else "translated first"
    if written.partial:
        through = f"translated whole: {written.resolver}() leaves some loopback addresses as they are"
    way = [step for step in written.way if step.place != place]
    born = f"; it is born at {way[0].place}" if way else ""
    calls = f" and comes through {', '.join(step.place for step in way[1:])}" if way[1:] else ""
    return Finding(
        subject=place,
        message=f"on {' and '.join(written.systems)} {written.name} gets {written.address}, which in the container is "
        f"the container itself{born}{calls}",
        measured=files.quoted(written.address_at or written.name_at) or written.address,
        expected=f"the address {through}",
        remediation=files.remediation(f"Pass the address {through}.", written.edits, files.UNSAFE),
        evidence=(
            *(files.seen(step.place, files.quoted(step)) for step in way),
            files.seen(place, files.quoted(written.address_at)),
        ),
    )


def _untold(written: GoVariable) -> Finding:
    place = written.name_at.place
    return Finding(
        subject=place,
        message=f"cannot tell whether {written.name} gets a loopback address: {written.untold}",
        measured=files.quoted(written.name_at) or written.name,
        expected="an address that is known, or translated for the container",
        remediation=files.remediation(
            "Pass the address through the function that translates it for the container.", ()
        ),
        evidence=(files.seen(place, files.quoted(written.name_at)),),
        severity=Severity.INFO,
    )


RULE = Rule(code="SD905", severity=Severity.ERROR, check=check)
