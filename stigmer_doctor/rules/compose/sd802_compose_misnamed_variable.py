"""SD802: a compose file sets a variable under a name that the runner does not read, and leaves the right one unset."""

from __future__ import annotations

from stigmer_doctor.analysis.unread_variables import UnreadVariable, unread_variables
from stigmer_doctor.model.edits import Edit
from stigmer_doctor.model.facts import Protocol
from stigmer_doctor.model.findings import Finding, Severity, Skip
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.source import ComposeFiles, ComposeService, ComposeVariable
from stigmer_doctor.rules import files, linking


def check(compose: ComposeFiles, profile: Profile) -> Judgement:
    for service in compose.services:
        for unread in unread_variables(service.planned, service.configuration, compose.contract, profile):
            written = service.variable(unread.variable.name)
            if not unread.misnamed or written is None or unread.meant in service.unknown:
                continue
            if service.unreadable:
                yield Skip(reason=f"{unread.meant} may be set in {service.unreadable[0]}, which cannot be read here")
            elif why := compose.contract.doubt:
                yield Skip(reason=f"{unread.variable.name} may be read: {why}")
            else:
                yield _finding(unread, written, service)


def _finding(unread: UnreadVariable, written: ComposeVariable, service: ComposeService) -> Finding:
    name, meant = unread.variable.name, unread.meant
    in_force = f", so {unread.endpoint.raw} is in force" if unread.endpoint and unread.endpoint.raw else ""
    bare = unread.variable.value.partition("://")[2] or unread.variable.value
    right = unread.variable.value if _is_url(unread) else bare
    edits = _edits(unread, written)
    return Finding(
        subject=written.place,
        message=f"{name} is set for the service {service.name}, and the runner does not read it; {meant}, which it "
        "reads, is unset",
        measured=f"{name}={unread.variable.value}{in_force}",
        expected=f"{meant}={right}",
        remediation=files.remediation(
            f"Rename {name} to {meant}{'' if right == unread.variable.value else ', without the scheme'}."
            + files.in_place(edits, written.via, right),
            edits,
            snippet=files.override(service.name, meant, right),
        ),
        evidence=(files.seen(written.place, files.quoted(written.name_at)),),
        # An address that is lost breaks the runner; what another lost setting does is not known.
        severity=None if unread.endpoint else Severity.WARNING,
    )


def _is_url(unread: UnreadVariable) -> bool:
    return unread.endpoint is None or unread.endpoint.protocol is Protocol.OLLAMA


def _edits(unread: UnreadVariable, written: ComposeVariable) -> tuple[Edit, ...]:
    """The name, and the scheme where the right variable takes none."""
    if written.via or written.name_at is None:
        return ()
    edits = [Edit(span=written.name_at, text=unread.meant)]
    if not _is_url(unread) and "://" in unread.variable.value:
        if written.scheme_at is None:
            return ()
        edits.append(Edit(span=written.scheme_at, text=""))
    return tuple(edits)


RULE = Rule(code="SD802", severity=Severity.ERROR, check=check, causes=("SD803",), causes_ahead=linking.DIALLED)
