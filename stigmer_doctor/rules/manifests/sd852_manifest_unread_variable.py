"""SD852: a manifest sets a variable that the runner does not read, and its value is lost."""

from __future__ import annotations

from stigmer_doctor.analysis.unread_variables import UnreadVariable, unread_variables, unused_variables
from stigmer_doctor.model.edits import Edit
from stigmer_doctor.model.findings import Finding, Severity, Skip
from stigmer_doctor.model.manifests import ManifestContainer, ManifestFiles, ManifestVariable
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import files


def check(manifests: ManifestFiles, profile: Profile) -> Judgement:
    told = _misnamed(manifests, profile)
    for container in manifests.containers:
        planned = (container.planned, container.configuration, manifests.contract, profile)
        for unread in (*unread_variables(*planned), *unused_variables(*planned)):
            written = container.variable(unread.variable.name)
            if written is None or written.place in told or (unread.misnamed and not container.base):
                continue
            told.add(written.place)
            if why := manifests.contract.doubt:
                yield Skip(reason=f"{unread.variable.name} may be read: {why}")
            else:
                yield _finding(unread, written, container)


def _misnamed(manifests: ManifestFiles, profile: Profile) -> set[str]:
    """Where SD851 says what is wrong."""
    return {
        written.place
        for container in manifests.containers
        if not container.base
        for unread in unread_variables(container.planned, container.configuration, manifests.contract, profile)
        if unread.misnamed and (written := container.variable(unread.variable.name))
    }


def _finding(unread: UnreadVariable, written: ManifestVariable, container: ManifestContainer) -> Finding:
    name, meant = unread.variable.name, "" if unread.misnamed or unread.endpoint else unread.meant
    free = bool(meant) and container.variable(meant) is None and not container.base and not container.open_ended
    edits = (Edit(span=written.name_at, text=meant),) if free and written.name_at else ()
    return Finding(
        subject=written.place,
        message=f"{name} is set for the runner in {container.build}, and the runner does not read it",
        measured=f"{name}={unread.variable.value}",
        expected=f"{meant}={unread.variable.value}" if meant else f"no {name}, or code that reads it",
        remediation=files.remediation(
            f"Rename {name} to {meant}." if free else f"Remove {name}, or give it the name that is read.", edits
        ),
        evidence=(files.seen(written.place, written.line),),
    )


RULE = Rule(code="SD852", severity=Severity.WARNING, check=check)
