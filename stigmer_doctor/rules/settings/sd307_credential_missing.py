"""SD307: a credential that the chosen mode or provider requires is not set."""

from __future__ import annotations

from stigmer_doctor.analysis import parts
from stigmer_doctor.analysis.reads import Reads
from stigmer_doctor.model.facts import Configuration, Container, Place, Setting
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity
from stigmer_doctor.model.profile import CredentialProfile, Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import linking, wording

_ON_ENGINE = (
    "Export {name} where the daemon or compose starts the container, and have it passed on by name (-e {name}), so "
    "that the value stands in no command"
)
_IN_POD = (
    "Put it into a Secret of the namespace, and let the pod's manifest give it to {name} (valueFrom: secretKeyRef)"
)


def check(
    container: Container, configuration: Configuration, profile: Profile, reads: Reads, place: Place
) -> Judgement:
    mode = configuration.setting("mode")
    for credential in profile.credentials:
        setting = configuration.setting(credential.key)
        if setting is None or setting.value not in credential.values:
            continue
        usable = tuple(filter(reads.may_read, credential.any_of))
        if usable and not _given(usable, container, reads, mode.value if mode else ""):
            how = _IN_POD if place is Place.POD else _ON_ENGINE
            yield _finding(setting, credential, usable, container, configuration, how.format(name=usable[0]))


def _given(names: tuple[str, ...], container: Container, reads: Reads, mode: str) -> bool:
    """Whether one of them is set and not empty, or has a default in this mode."""
    values = (container.variable(name) for name in names)
    if any(value is not None and value.value.strip() for value in values):
        return True
    return any(read.name in names and read.default and read.when in ("", mode) for read in reads.found)


def _finding(
    setting: Setting,
    credential: CredentialProfile,
    usable: tuple[str, ...],
    container: Container,
    configuration: Configuration,
    how: str,
) -> Finding:
    unread = [
        name
        for name in (*credential.any_of, *credential.mistaken)
        if name not in usable and (given := container.variable(name)) and given.value.strip()
    ]
    also = f"; {wording.listed(unread)} is set, and this image does not read it" if unread else ""
    empty = [name for name in usable if container.variable(name)]
    state = "; ".join(f"{name} {'empty' if name in empty else 'unset'}" for name in usable)
    mistaken = (
        f"{wording.listed(unread)} is most likely what was meant: give its value to {usable[0]}. " if unread else ""
    )
    return Finding(
        subject=usable[0],
        message=f"{setting.variable} is {setting.value}, which needs a credential: "
        f"{wording.listed(usable, 'or')} is not set{also}",
        measured=f"{wording.setting_origin(configuration, credential.key)}; {state}",
        expected=f"{wording.listed(usable, 'or')} set",
        remediation=Remediation(
            text=f"{mistaken}{how}; or choose another {setting.variable}.",
        ),
        evidence=(Evidence(source="inspect", locator="Config.Env", value=state),),
        # What only executions need does not explain that the runner ends at its start.
        endpoints=() if credential.at_start else (parts.SETTINGS,),
    )


RULE = Rule(code="SD307", severity=Severity.ERROR, check=check, causes=("SD114", *linking.START_UP), stops_start=True)
