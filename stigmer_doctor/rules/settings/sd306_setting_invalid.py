"""SD306: a setting holds a value that the runner does not accept."""

from __future__ import annotations

from stigmer_doctor.analysis import parts
from stigmer_doctor.analysis.reads import Reads
from stigmer_doctor.model.changes import RemoveVariable, SetVariable
from stigmer_doctor.model.facts import Configuration, Origin, Place, Setting
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity
from stigmer_doctor.model.profile import Profile, SettingProfile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import linking, wording

_LINK = "tcp://"


def check(configuration: Configuration, profile: Profile, reads: Reads, place: Place) -> Judgement:
    for known in profile.settings:
        setting = configuration.setting(known.key)
        # A default of the code is right by definition, and what the image does not read does no harm.
        if setting is None or not setting.given or not reads.may_read(setting.variable):
            continue
        if expected := _violated(setting.value, known):
            linked = place is Place.POD and setting.value.startswith(_LINK)
            advice = _linked(setting, known) if linked else _advice(setting, known, expected, reads)
            yield _finding(setting, expected, advice, _touched(known, profile))


def _touched(known: SettingProfile, profile: Profile) -> tuple[str, ...]:
    """A mode that the runner does not know is not a local one to it: it asks for what only the cloud has. Another
    setting concerns no service."""
    cloud_only = (endpoint.name for endpoint in profile.endpoints if endpoint.mode)
    return (parts.SETTINGS, parts.START, *(cloud_only if known.key == "mode" else ()))


def _linked(setting: Setting, known: SettingProfile) -> Remediation:
    """Nobody has set it: a Service of that name has."""
    return Remediation(
        text=f"The cluster makes {setting.variable} of a Service of that name, as an address. Set it in the pod's "
        f"manifest ({known.type}), or switch that off there (enableServiceLinks: false)."
    )


def _violated(value: str, known: SettingProfile) -> str:
    """What is accepted instead; "" when the value is."""
    if known.empty and not value:
        return ""
    if known.choices and value not in known.choices:
        return wording.listed(known.choices, "or")
    if known.type == "int" and not _converts(value, whole=True):
        return "a whole number"
    if known.type == "float" and not _converts(value, whole=False):
        return "a number"
    return ""


def _converts(value: str, *, whole: bool) -> bool:
    try:
        int(value) if whole else float(value)
    except ValueError:
        return False
    return True


def _finding(setting: Setting, expected: str, remediation: Remediation, endpoints: tuple[str, ...]) -> Finding:
    return Finding(
        subject=setting.variable,
        message=f'{setting.variable} is "{setting.value}", which the runner does not accept',
        measured=f'{setting.variable}="{setting.value}"',
        expected=expected,
        remediation=remediation,
        evidence=(Evidence(source="inspect", locator=setting.variable, value=f'"{setting.value}"'),),
        endpoints=endpoints,
    )


def _advice(setting: Setting, known: SettingProfile, expected: str, reads: Reads) -> Remediation:
    name, text = setting.variable, f"Set {setting.variable} to {expected}."
    from difflib import get_close_matches  # only where there was a mistake

    if near := get_close_matches(setting.value.strip(" '\"").lower(), known.choices, n=1):
        return Remediation(text=text, changes=(SetVariable(name=name, value=near[0]),))
    default = reads.default(name)
    if setting.origin is Origin.IMAGE_ENVIRONMENT:
        return _in_image(name, text, known, default)
    # What was meant cannot be told, so back to what the image does by itself.
    unset = (RemoveVariable(name=name),)
    if default:
        return Remediation(text=f"{text} When it is not set, {default} is in force.", changes=unset)
    if known.empty:
        return Remediation(text=f"{text} When it is not set, the image has a value of its own.", changes=unset)
    return Remediation(text=text)


def _in_image(name: str, text: str, known: SettingProfile, default: str) -> Remediation:
    """A new container has what the image sets, and "" where that is taken away: something accepted has to be set."""
    text = f"{text} The image itself sets it, so it cannot be left unset."
    if default and not _violated(default, known):
        return Remediation(
            text=f"{text} The code's own default is {default}.", changes=(SetVariable(name=name, value=default),)
        )
    return Remediation(text=text, changes=(SetVariable(name=name, value=""),) if known.empty else ())


RULE = Rule(
    code="SD306",
    severity=Severity.ERROR,
    check=check,
    causes=("SD114", "SD204", "SD303", "SD651", "SD652", *linking.START_UP),
    stops_start=True,
)
