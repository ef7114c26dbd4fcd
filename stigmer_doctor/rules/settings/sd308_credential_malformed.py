"""SD308: a credential that is sent as a header holds what no header can carry."""

from __future__ import annotations

from collections.abc import Iterator

from stigmer_doctor.analysis import parts
from stigmer_doctor.analysis.reads import Reads
from stigmer_doctor.model.facts import Configuration, Container, Variable
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule


def check(container: Container, configuration: Configuration, profile: Profile, reads: Reads) -> Judgement:
    for variable in _sent(container, configuration, profile):
        if variable.unsendable and reads.may_read(variable.name):
            yield _finding(variable)


def _sent(container: Container, configuration: Configuration, profile: Profile) -> Iterator[Variable]:
    """The credentials that are set, and in use."""
    for credential in profile.credentials:
        setting = configuration.setting(credential.key)
        if credential.always_sent or (setting is not None and setting.value in credential.values):
            found = (container.variable(name) for name in credential.any_of)
            yield from (variable for variable in found if variable is not None)


def _finding(variable: Variable) -> Finding:
    return Finding(
        subject=variable.name,
        message=f"the value of {variable.name} has {variable.unsendable} in it, and no request can carry that",
        measured=f"{variable.name} has {variable.unsendable} in its value, which is not shown",
        expected="a key of printable ASCII characters on one line",
        remediation=Remediation(
            text=f"Set {variable.name} again without it. Most often the end of the line came along from a file: "
            f'export {variable.name}="$(cat FILE)" leaves it out.'
        ),
        evidence=(Evidence(source="inspect", locator="Config.Env", value=f"{variable.name}: {variable.unsendable}"),),
        endpoints=(parts.SETTINGS,),
    )


RULE = Rule(code="SD308", severity=Severity.ERROR, check=check, causes=())
