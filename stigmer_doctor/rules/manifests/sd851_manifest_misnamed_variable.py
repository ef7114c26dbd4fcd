"""SD851: a manifest sets an address under a name that the runner does not read, and leaves the right one unset."""

from __future__ import annotations

from stigmer_doctor.analysis.unread_variables import UnreadVariable, unread_variables
from stigmer_doctor.model.edits import Edit
from stigmer_doctor.model.facts import Protocol
from stigmer_doctor.model.findings import Finding, Severity, Skip
from stigmer_doctor.model.manifests import ManifestContainer, ManifestFiles, ManifestVariable
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import files


def check(manifests: ManifestFiles, profile: Profile) -> Judgement:
    told: set[str] = set()
    for container in manifests.containers:
        for unread in unread_variables(container.planned, container.configuration, manifests.contract, profile):
            written = container.variable(unread.variable.name)
            if container.base or not unread.misnamed or written is None or written.place in told:
                continue
            if why := _unknown(unread, container, manifests):
                yield Skip(reason=why)
            else:
                told.add(written.place)
                yield _finding(unread, written, container)


def _unknown(unread: UnreadVariable, container: ManifestContainer, manifests: ManifestFiles) -> str:
    """Why the fault cannot be said for certain; "" when it can."""
    if container.open_ended:
        return f"{unread.meant} may come from what {container.build} takes all variables of"
    if container.unread:
        return files.unfollowed(container.build, container.unread)
    why = manifests.contract.doubt
    return f"{unread.variable.name} may be read: {why}" if why else ""


def _finding(unread: UnreadVariable, written: ManifestVariable, container: ManifestContainer) -> Finding:
    name, meant = unread.variable.name, unread.meant
    in_force = f", so {unread.endpoint.raw} is in force" if unread.endpoint and unread.endpoint.raw else ""
    bare = unread.endpoint is not None and unread.endpoint.protocol is not Protocol.OLLAMA
    scheme = bare and "://" in unread.variable.value
    edits = (Edit(span=written.name_at, text=meant),) if written.name_at and not scheme else ()
    return Finding(
        subject=written.place,
        message=f"{name} is set for the runner in {container.build}, and the runner does not read it; {meant}, which "
        "it reads, is unset",
        measured=f"{name}={unread.variable.value}{in_force}",
        expected=f"{meant} set",
        remediation=files.remediation(f"Rename {name} to {meant}{', without the scheme' if scheme else ''}.", edits),
        evidence=(files.seen(written.place, written.line),),
        severity=None if unread.endpoint else Severity.WARNING,
    )


RULE = Rule(code="SD851", severity=Severity.ERROR, check=check)
