"""SD301: a variable is set under a name that nothing reads, and the one that is read is unset."""

from __future__ import annotations

from stigmer_doctor.analysis import parts
from stigmer_doctor.analysis.addressing import Addressing
from stigmer_doctor.analysis.unread_variables import UnreadVariable
from stigmer_doctor.model.changes import RemoveVariable, SetVariable
from stigmer_doctor.model.facts import Contract, ContractSource, Protocol, Variable
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import linking


def check(unread_variables: tuple[UnreadVariable, ...], contract: Contract, addressing: Addressing) -> Judgement:
    for unread in unread_variables:
        if not unread.misnamed:
            continue
        if why := contract.doubt:
            yield Skip(reason=f"{unread.variable.name} may be read: {why}")
        else:
            yield _finding(unread, contract, addressing)


def _finding(unread: UnreadVariable, contract: Contract, addressing: Addressing) -> Finding:
    name, meant = unread.variable.name, unread.meant
    right, host = _right(unread, addressing)
    by_image = addressing.container.variable(meant)
    # What the built-in profile says is not what the image's code says.
    nobody = "nothing in the image" if contract.source is ContractSource.IMAGE else "no known version of the runner"
    return Finding(
        subject=name,
        message=f"{name} is set, and {nobody} reads it; {meant}, which is read, is {_state(by_image)}",
        measured=f"{name}={unread.variable.value}; {_in_force(unread, contract, by_image)}",
        expected=f"{meant}={right}" if right else f"{meant} set, {name} not",
        remediation=_advice(unread, right, host, addressing),
        evidence=(
            Evidence(source="inspect", locator=name, value=unread.variable.value),
            *(
                Evidence(source="code", locator=read.locator or meant, value=f"reads {meant}")
                for read in contract.of(meant)[:2]
            ),
        ),
        endpoints=(unread.endpoint.name if unread.endpoint else parts.SETTINGS,),
        # An address that is lost breaks the runner; what another lost setting does is not known.
        severity=None if unread.endpoint else Severity.WARNING,
    )


def _state(by_image: Variable | None) -> str:
    return "set by the image only" if by_image else "unset"


def _in_force(unread: UnreadVariable, contract: Contract, by_image: Variable | None) -> str:
    read = next((other for other in contract.of(unread.meant) if other.default is not None), None)
    given = by_image.value if by_image else read.default if read else None
    default = unread.endpoint.raw if unread.endpoint else given
    locator = unread.endpoint.locator if unread.endpoint else (read.locator if read else "")
    if not default:
        return f"{unread.meant} {_state(by_image)}"
    return f"{unread.meant} {_state(by_image)}, so {default} is in force{f' ({locator})' if locator else ''}"


def _right(unread: UnreadVariable, addressing: Addressing) -> tuple[str, str]:
    """What to give to the variable that is read, and its host: both "" where it is hidden, or names none."""
    endpoint, text = unread.endpoint, "" if unread.variable.hidden else unread.variable.value.strip()
    if endpoint is None:
        return "" if "<hidden" in text else text, ""
    return addressing.rewritten(endpoint, text)


def _advice(unread: UnreadVariable, right: str, host: str, addressing: Addressing) -> Remediation:
    name, meant = unread.variable.name, unread.meant
    if not right:
        return Remediation(text=f"Set {meant} in place of {name}{_form(unread)}.")
    return Remediation(
        text=f"Rename {name} to {meant}{_form(unread)}.",
        changes=(
            SetVariable(name=meant, value=right),
            RemoveVariable(name=name),
            *addressing.mapping(host),
        ),
    )


def _form(unread: UnreadVariable) -> str:
    if unread.endpoint is None or unread.endpoint.protocol is Protocol.OLLAMA:
        return ""
    return ", as host:port without a scheme"


RULE = Rule(
    code="SD301",
    severity=Severity.ERROR,
    check=check,
    causes=(
        "SD204",
        "SD302",
        "SD303",
        "SD304",
        "SD306",
        "SD307",
        *linking.CONNECTION,
        *linking.LOGGED,
        *linking.START_UP,
    ),
    knows_the_value=True,
)
