"""SD904: the program that starts the runner writes a variable for it that the runner's code never reads."""

from __future__ import annotations

from stigmer_doctor.analysis.unread_variables import UnreadVariable, unread_variables
from stigmer_doctor.model.edits import Edit
from stigmer_doctor.model.facts import Container, NotMeasured, Protocol
from stigmer_doctor.model.findings import Finding, Severity, Skip
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.source import GoContainer, GoFiles, GoVariable
from stigmer_doctor.rules import files


def check(go: GoFiles, profile: Profile, *, container: Container | NotMeasured) -> Judgement:
    for other in go.containers:
        yield from _of_one(other, go, profile, container)


def _of_one(started: GoContainer, go: GoFiles, profile: Profile, container: Container | NotMeasured) -> Judgement:
    """What one function writes is judged by what that one writes."""
    written = {variable.name: variable for variable in started.variables}
    found = [
        (unread, written[unread.variable.name])
        for unread in unread_variables(started.planned, started.configuration, go.contract, profile)
        if unread.variable.name in written
    ]
    if found and (why := go.contract.doubt):
        yield Skip(reason=f"{', '.join(line.name for _, line in found)} may be read: {why}")
        return
    for unread, line in found:
        yield _finding(unread, line, container)


def _finding(unread: UnreadVariable, written: GoVariable, container: Container | NotMeasured) -> Finding:
    meant = unread.meant
    running = (
        container.variable(written.name)
        if isinstance(container, Container) and not (container.compose or container.planned)
        else None
    )
    got = "; the running container has it from here" if running else ""
    says = f", and {meant}, which it reads, is not written" if unread.misnamed else ""
    edits = _edits(unread, written)
    return Finding(
        subject=written.name_at.place,
        message=f"{written.name} is written for the container, and the runner's code never reads it{says}{got}",
        measured=files.quoted(written.name_at) or written.name,
        expected=meant or "a variable that is read, or none",
        remediation=files.remediation(_advice(unread, written), edits),
        evidence=(files.seen(written.name_at.place, files.quoted(written.name_at)),),
        # An address that is lost breaks the runner; what another lost setting does is not known.
        severity=None if unread.misnamed and unread.endpoint else Severity.WARNING,
    )


def _advice(unread: UnreadVariable, written: GoVariable) -> str:
    if not unread.meant:
        return "Remove it, or correct its name."
    return f"Write {unread.meant} instead{', without the scheme' if _has_scheme(unread, written) else ''}."


def _has_scheme(unread: UnreadVariable, written: GoVariable) -> bool:
    """Whether the value begins with a scheme that the right variable does not take."""
    bare = unread.endpoint is not None and unread.endpoint.protocol is not Protocol.OLLAMA
    return bare and "://" in written.format


def _edits(unread: UnreadVariable, written: GoVariable) -> tuple[Edit, ...]:
    """The name, and the scheme where the right variable takes none."""
    if not unread.misnamed or not written.renamed:
        return ()
    name = Edit(span=written.name_at, text=unread.meant)
    if not _has_scheme(unread, written):
        return (name,)
    # A scheme that stands elsewhere would stay in the renamed variable.
    return (name, Edit(span=written.scheme_at, text="")) if written.scheme_at else ()


RULE = Rule(code="SD904", severity=Severity.ERROR, check=check)
