"""SD305: a variable is set for the runner, and nothing in the image reads it."""

from __future__ import annotations

from stigmer_doctor.analysis import parts, workspace
from stigmer_doctor.analysis.unread_variables import UnreadVariable
from stigmer_doctor.model.changes import RemoveVariable, SetVariable
from stigmer_doctor.model.facts import Configuration, Container, Contract, ContractSource, Setting
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.rules import Judgement, Rule


def check(
    container: Container,
    configuration: Configuration,
    contract: Contract,
    unread_variables: tuple[UnreadVariable, ...],
) -> Judgement:
    if contract.source is not ContractSource.IMAGE:
        yield Skip(reason=f"the image's code was not read{f' ({contract.detail})' if contract.detail else ''}")
        return
    found = [unread for unread in unread_variables if not unread.misnamed]
    if found and (why := contract.doubt):
        names = ", ".join(unread.variable.name for unread in found)
        yield Skip(reason=f"{names} may be read: {why}")
        return
    for unread in found:
        yield _finding(unread, container, configuration)


def _finding(unread: UnreadVariable, container: Container, configuration: Configuration) -> Finding:
    name, meant = unread.variable.name, unread.meant
    told = (
        f"nothing in the image reads it; {meant} is what it reads"
        if meant
        else "the runner's own code does not read it"
    )
    return Finding(
        subject=name,
        message=f"{name} is set, and {told}",
        measured=f"{name}={unread.variable.value}",
        expected=f"{meant} says what is meant" if meant else f"{name} is read, or not set",
        remediation=_advice(unread, container),
        evidence=(Evidence(source="inspect", locator=name, value=unread.variable.value),),
        endpoints=(_part(unread, configuration),),
        severity=_severity(unread, container, configuration),
    )


def _severity(unread: UnreadVariable, container: Container, configuration: Configuration) -> Severity | None:
    if not unread.meant:
        # The thousands of files of its libraries were not read: one of them may have a variable of its own.
        return Severity.INFO
    return Severity.ERROR if _locks_out(unread, container, workspace.root(configuration)) else None


def _locks_out(unread: UnreadVariable, container: Container, root: Setting | None) -> bool:
    """Whether it names a mount to work on, and without it the runner works where nothing can be written: then every
    execution fails."""
    if root is None or unread.meant != root.variable or container.variable(root.variable):
        return False
    usable = workspace.is_mounted(unread.variable.value, container)
    return usable and workspace.is_locked(workspace.folder(container, root), container)


def _part(unread: UnreadVariable, configuration: Configuration) -> str:
    if unread.endpoint:
        return unread.endpoint.name
    root = configuration.setting("sandbox_root")
    return parts.WORKSPACE if root is not None and unread.meant == root.variable else parts.SETTINGS


def _advice(unread: UnreadVariable, container: Container) -> Remediation:
    name, meant = unread.variable.name, unread.meant
    if not meant:
        return Remediation(
            text="Remove it, or correct its name, unless a library or another version of the image reads it."
        )
    old = container.variable(meant)
    if old is None and not unread.variable.hidden:
        return Remediation(
            text=f"Set {meant} in its place.",
            changes=(SetVariable(name=meant, value=unread.variable.value), RemoveVariable(name=name)),
        )
    both = f"{meant} is set as well, to another value: keep that one and remove {name}, or correct it."
    return Remediation(text=both if old else f"Set {meant} in its place.")


RULE = Rule(code="SD305", severity=Severity.WARNING, check=check, causes=("SD118",))
