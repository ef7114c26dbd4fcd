"""SD118: the runner works in a folder that recreating the container deletes, or in which it cannot write."""

from __future__ import annotations

import posixpath

from stigmer_doctor.analysis import workspace
from stigmer_doctor.analysis.parts import WORKSPACE
from stigmer_doctor.model.changes import SetVariable
from stigmer_doctor.model.facts import Configuration, Container, Setting
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.commands import docker
from stigmer_doctor.rules.wording import listed, setting_origin


def check(container: Container, configuration: Configuration, profile: Profile) -> Judgement:
    root = workspace.root(configuration)
    if root is None or workspace.is_kept(folder := workspace.folder(container, root), container):
        return
    locked = workspace.is_locked(folder, container)
    lost = "the container's file system is read-only" if locked else "recreating the container deletes that work"
    kept = listed(workspace.kept(container)) or "none"
    yield Finding(
        subject=root.variable,
        message=f"the runner works in {folder}, which is on no mount: {lost}",
        measured=f"{setting_origin(configuration, 'sandbox_root')}; mounts: {kept}",
        expected=f"a folder on a mount, such as {profile.workspace_mount}",
        remediation=_advice(container, root, folder, profile),
        evidence=tuple(
            Evidence(source="inspect", locator=f"mount {mount.destination}", value=f"{mount.type} {mount.source}")
            for mount in container.mounts
        ),
        endpoints=(WORKSPACE,),
        severity=Severity.ERROR if locked else None,
    )


def _advice(container: Container, root: Setting, folder: str, profile: Profile) -> Remediation:
    mount = profile.workspace_mount
    mounted = mount in (posixpath.normpath(kept) for kept in workspace.kept(container))
    changes = (SetVariable(name=root.variable, value=mount),) if mounted else ()
    what = "let the runner work on its mount."
    if not mounted:
        what = f"mount a folder at {mount} when the container is made, and set {root.variable} to {mount}."
    if workspace.is_locked(folder, container):
        return Remediation(text=what[0].upper() + what[1:], changes=changes)
    return Remediation(
        text=f"Copy what is to be kept out first, as the command does. Then {what}",
        commands=(docker("cp", operands=(f"{container.name}:{folder}", "./stigmer-workspace")),),
        changes=changes,
    )


RULE = Rule(
    code="SD118", severity=Severity.WARNING, check=check, not_in_pods="what a pod is to keep is its manifest's business"
)
