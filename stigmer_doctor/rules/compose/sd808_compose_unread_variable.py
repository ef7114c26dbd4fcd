"""SD808: a compose file sets a variable that the runner does not read, and its value is lost."""

from __future__ import annotations

from stigmer_doctor.analysis.unread_variables import UnreadVariable, unread_variables
from stigmer_doctor.model.edits import Edit
from stigmer_doctor.model.findings import Finding, Severity, Skip
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.source import ComposeFiles, ComposeService, ComposeVariable
from stigmer_doctor.rules import files


def check(compose: ComposeFiles, profile: Profile) -> Judgement:
    for service in compose.services:
        for unread in unread_variables(service.planned, service.configuration, compose.contract, profile):
            written = service.variable(unread.variable.name)
            if unread.misnamed or written is None:
                continue
            if why := compose.contract.doubt:
                yield Skip(reason=f"{unread.variable.name} may be read: {why}")
            else:
                yield _finding(unread, written, service)


def _finding(unread: UnreadVariable, written: ComposeVariable, service: ComposeService) -> Finding:
    name, meant = unread.variable.name, unread.meant
    mounted = unread.variable.value in service.mounts
    lost = ": what is mounted there stays empty, and the work is lost with the container" if mounted else ""
    taken = bool(meant) and service.variable(meant) is not None
    free = bool(meant) and not taken and meant not in service.unknown and not service.unreadable
    edits = (Edit(span=written.name_at, text=meant),) if free and written.name_at and not written.via else ()
    return Finding(
        subject=written.place,
        message=f"{name} is set for the service {service.name}, and the runner does not read it{lost}",
        measured=f"{name}={unread.variable.value}",
        expected=f"{meant}={unread.variable.value}" if meant and not taken else f"no {name}, or code that reads it",
        remediation=files.remediation(
            f"Rename {name} to {meant}." + files.in_place(edits, written.via, unread.variable.value)
            if free
            else f"Remove {name}.",
            edits,
            snippet=files.override(service.name, meant, unread.variable.value) if free else "",
        ),
        evidence=(files.seen(written.place, files.quoted(written.name_at)),),
    )


RULE = Rule(code="SD808", severity=Severity.WARNING, check=check)
