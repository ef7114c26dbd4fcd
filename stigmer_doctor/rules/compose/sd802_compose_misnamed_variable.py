"""SD802: a compose file sets a variable under a name that the runner does not read, and leaves the right one unset."""

from __future__ import annotations

from stigmer_doctor.model.edits import Edit
from stigmer_doctor.model.facts import Protocol
from stigmer_doctor.model.findings import Finding, Severity, Skip
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.model.source import ComposeFiles, ComposeService, ComposeVariable
from stigmer_doctor.rules import files
from stigmer_doctor.rules.variables import Sources, Stray, strays, uncertain


def check(compose: ComposeFiles, profile: Profile) -> Judgement:
    for service in compose.services:
        sources = Sources(service.planned, service.configuration, compose.contract, profile)
        for stray in strays(sources):
            written = service.variable(stray.variable.name)
            if not stray.misnamed or written is None or stray.meant in service.unknown:
                continue
            if service.unreadable:
                yield Skip(reason=f"{stray.meant} may be set in {service.unreadable[0]}, which cannot be read here")
            elif why := uncertain(compose.contract):
                yield Skip(reason=f"{stray.variable.name} may be read: {why}")
            else:
                yield _finding(stray, written, service)


def _finding(stray: Stray, written: ComposeVariable, service: ComposeService) -> Finding:
    name, meant = stray.variable.name, stray.meant
    in_force = f", so {stray.endpoint.raw} is in force" if stray.endpoint and stray.endpoint.raw else ""
    bare = stray.variable.value.partition("://")[2] or stray.variable.value
    right = stray.variable.value if _is_url(stray) else bare
    edits = _edits(stray, written)
    return Finding(
        subject=written.place,
        message=f"{name} is set for the service {service.name}, and the runner does not read it; {meant}, which it "
        "reads, is unset",
        measured=f"{name}={stray.variable.value}{in_force}",
        expected=f"{meant}={right}",
        remediation=files.remedy(
            f"Rename {name} to {meant}{'' if right == stray.variable.value else ', without the scheme'}."
            + files.in_place(edits, written.via),
            edits,
            snippet=files.override(service.name, meant, right),
        ),
        evidence=(files.seen(written.place, files.quoted(written.name_at)),),
        # An address that is lost breaks the runner; what another lost setting does is not known.
        severity=None if stray.endpoint else Severity.WARNING,
    )


def _is_url(stray: Stray) -> bool:
    return stray.endpoint is None or stray.endpoint.protocol is Protocol.OLLAMA


def _edits(stray: Stray, written: ComposeVariable) -> tuple[Edit, ...]:
    """The name, and the scheme where the right variable takes none."""
    if written.via or written.name_at is None:
        return ()
    edits = [Edit(span=written.name_at, text=stray.meant)]
    if not _is_url(stray) and "://" in stray.variable.value:
        if written.scheme_at is None:
            return ()
        edits.append(Edit(span=written.scheme_at, text=""))
    return tuple(edits)


RULE = Rule(code="SD802", severity=Severity.ERROR, check=check, causes=("SD803",))
