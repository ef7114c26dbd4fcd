"""SD306: a setting holds a value that the runner does not accept."""

from __future__ import annotations

import difflib
from collections.abc import Callable

from stigmer_doctor.analysis import parts
from stigmer_doctor.model.changes import AnyChange, RemoveVariable, SetVariable
from stigmer_doctor.model.facts import Configuration, Contract, ContractSource, NotMeasured, Origin, Setting
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity
from stigmer_doctor.model.profile import Profile, SettingProfile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import codes, wording

_SET = (Origin.ENVIRONMENT, Origin.IMAGE_ENVIRONMENT)


def check(configuration: Configuration, profile: Profile, *, contract: Contract | NotMeasured) -> Judgement:
    for known in profile.settings:
        setting = configuration.setting(known.key)
        # A default of the code is right by definition, and what the image does not read does no harm.
        if setting is None or setting.origin not in _SET or not _read(setting, contract):
            continue
        if expected := _violated(setting.value, known):
            yield _finding(setting, known, expected, contract, _touched(known, profile))


def _touched(known: SettingProfile, profile: Profile) -> tuple[str, ...]:
    """A mode that the runner does not know is no local one to it: it asks for what only the cloud has. Another setting
    concerns no service."""
    cloud_only = (endpoint.name for endpoint in profile.endpoints if endpoint.mode)
    return (parts.SETTINGS, parts.START, *(cloud_only if known.key == "mode" else ()))


def _read(setting: Setting, contract: Contract | NotMeasured) -> bool:
    if isinstance(contract, NotMeasured) or contract.source is not ContractSource.IMAGE:
        return True
    return contract.knows(setting.variable)


def _violated(value: str, known: SettingProfile) -> str:
    """What is accepted instead; "" when the value is."""
    if known.empty and not value:
        return ""
    if known.choices and value not in known.choices:
        return wording.listed(known.choices, "or")
    if known.type == "int" and not _converts(value, int):
        return "a whole number"
    if known.type == "float" and not _converts(value, float):
        return "a number"
    return ""


def _converts(value: str, to: Callable[[str], float]) -> bool:
    try:
        to(value)
    except ValueError:
        return False
    return True


def _finding(
    setting: Setting,
    known: SettingProfile,
    expected: str,
    contract: Contract | NotMeasured,
    endpoints: tuple[str, ...],
) -> Finding:
    return Finding(
        subject=setting.variable,
        message=f'{setting.variable} is "{setting.value}", which the runner does not accept',
        measured=f'{setting.variable}="{setting.value}"',
        expected=expected,
        remediation=_advice(setting, known, expected, contract),
        evidence=(Evidence(source="inspect", locator=setting.variable, value=f'"{setting.value}"'),),
        endpoints=endpoints,
    )


def _advice(setting: Setting, known: SettingProfile, expected: str, contract: Contract | NotMeasured) -> Remediation:
    text = f"Set {setting.variable} to {expected}."
    near = difflib.get_close_matches(setting.value.strip(" '\"").lower(), known.choices, n=1)
    changes: tuple[AnyChange, ...] = ()
    if near:
        changes = (SetVariable(name=setting.variable, value=near[0]),)
    elif default := _default(setting, contract):
        # What was meant cannot be told, so back to what the image does by itself.
        text = f"{text} When it is not set, {default} is in force."
        changes = (RemoveVariable(name=setting.variable),)
    elif known.empty:
        text = f"{text} When it is not set, the image has a value of its own."
        changes = (RemoveVariable(name=setting.variable),)
    return Remediation(text=text, changes=changes)


def _default(setting: Setting, contract: Contract | NotMeasured) -> str:
    reads = () if isinstance(contract, NotMeasured) else contract.of(setting.variable)
    defaults = {read.default for read in reads if read.default}
    return defaults.pop() if len(defaults) == 1 else ""


RULE = Rule(
    code="SD306",
    severity=Severity.ERROR,
    check=check,
    causes=("SD114", "SD204", "SD303", "SD651", "SD652", *codes.START_UP),
    stops_start=True,
)
