"""SD118: the runner works in a folder that recreating the container deletes, or in which it cannot write."""

from __future__ import annotations

import posixpath

from stigmer_doctor.analysis.parts import WORKSPACE
from stigmer_doctor.model.changes import SetVariable
from stigmer_doctor.model.facts import Configuration, Container, Setting
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.commands import docker
from stigmer_doctor.rules.wording import listed, setting_origin


def check(container: Container, configuration: Configuration, profile: Profile) -> Judgement:
    root, mode = configuration.setting("sandbox_root"), configuration.setting("mode")
    if root is None or (mode is not None and mode.value == "cloud"):
        return
    folder = posixpath.normpath(posixpath.join(container.working_dir or "/", root.value))
    kept = _kept(container)
    if any(_below(folder, mount) for mount in kept):
        return
    locked = _locked(folder, container)
    lost = "the container's file system is read-only" if locked else "recreating the container deletes that work"
    yield Finding(
        subject=root.variable,
        message=f"the runner works in {folder}, which is on no mount: {lost}",
        measured=f"{setting_origin(configuration, 'sandbox_root')}; mounts: {listed(kept) or 'none'}",
        expected=f"a folder on a mount, such as {profile.workspace_mount}",
        remediation=_advice(container, root, folder, profile),
        evidence=tuple(
            Evidence(source="inspect", locator=f"mount {mount.destination}", value=f"{mount.type} {mount.source}")
            for mount in container.mounts
        ),
        endpoints=(WORKSPACE,),
        severity=Severity.ERROR if locked else None,
    )


def _locked(folder: str, container: Container) -> bool:
    """Whether nothing can be written there: executions make the folder, and each would fail."""
    memory = [mount.destination for mount in container.mounts if mount.type == "tmpfs"]
    memory += [option.partition("=")[2].partition(":")[0] for option in container.run_options if "--tmpfs=" in option]
    return "--read-only" in container.run_options and not any(_below(folder, mount) for mount in memory)


def _kept(container: Container) -> list[str]:
    """Where something is mounted that outlives the container."""
    return [mount.destination for mount in container.mounts if mount.type != "tmpfs"]


def _below(folder: str, mount: str) -> bool:
    top = posixpath.normpath(mount)
    return folder == top or folder.startswith(f"{top.rstrip('/')}/")


def _advice(container: Container, root: Setting, folder: str, profile: Profile) -> Remediation:
    mount = profile.workspace_mount
    mounted = mount in (posixpath.normpath(kept) for kept in _kept(container))
    changes = (SetVariable(name=root.variable, value=mount),) if mounted else ()
    what = "let the runner work on its mount."
    if not mounted:
        what = f"mount a folder at {mount} when the container is made, and set {root.variable} to {mount}."
    if _locked(folder, container):
        return Remediation(text=what[0].upper() + what[1:], changes=changes)
    return Remediation(
        text=f"Copy what is to be kept out first, as the command does. Then {what}",
        commands=(docker("cp", operands=(f"{container.name}:{folder}", "./stigmer-workspace")),),
        changes=changes,
    )


RULE = Rule(
    code="SD118", severity=Severity.WARNING, check=check, not_in_pods="what a pod is to keep is its manifest's business"
)
