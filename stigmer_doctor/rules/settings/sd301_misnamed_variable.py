"""SD301: a variable is set under a name that nothing reads, and the one that is read is unset."""

from __future__ import annotations

from stigmer_doctor.analysis import parts
from stigmer_doctor.analysis.addresses import parse, value
from stigmer_doctor.analysis.addressing import Addressing
from stigmer_doctor.analysis.unread_variables import UnreadVariable, uncertain
from stigmer_doctor.model.addresses import host_port
from stigmer_doctor.model.changes import AnyChange, RemoveVariable, SetVariable
from stigmer_doctor.model.facts import Contract, ContractSource, Protocol
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import codes


def check(unread_variables: tuple[UnreadVariable, ...], contract: Contract, addressing: Addressing) -> Judgement:
    for unread in unread_variables:
        if not unread.misnamed:
            continue
        if why := uncertain(contract):
            yield Skip(reason=f"{unread.variable.name} may be read: {why}")
        else:
            yield _finding(unread, contract, addressing)


def _finding(unread: UnreadVariable, contract: Contract, addressing: Addressing) -> Finding:
    name, meant = unread.variable.name, unread.meant
    right = _right_value(unread, addressing)
    # What the built-in profile says is not what the image's code says.
    nobody = "nothing in the image" if contract.source is ContractSource.IMAGE else "no known version of the runner"
    return Finding(
        subject=name,
        message=f"{name} is set, and {nobody} reads it; {meant}, which is read, is unset",
        measured=f"{name}={unread.variable.value}; {_in_force(unread, contract)}",
        expected=f"{meant}={right}" if right else f"{meant} set, {name} not",
        remediation=_advice(unread, right, addressing),
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


def _in_force(unread: UnreadVariable, contract: Contract) -> str:
    read = next((other for other in contract.of(unread.meant) if other.default is not None), None)
    default = unread.endpoint.raw if unread.endpoint else (read.default if read else None)
    locator = unread.endpoint.locator if unread.endpoint else (read.locator if read else "")
    if default is None:
        return f"{unread.meant} unset"
    return f"{unread.meant} unset, so {default} is in force{f' ({locator})' if locator else ''}"


def _right_value(unread: UnreadVariable, addressing: Addressing) -> str:
    """What to give to the variable that is read, "" where the value is hidden or holds no host."""
    endpoint, text = unread.endpoint, unread.variable.value.strip()
    hidden = unread.variable.hidden or "<hidden" in text
    if endpoint is None:
        return "" if hidden else text
    parsed = None if hidden else parse(text, endpoint.standard_port)
    if parsed is None:  # what it says cannot be seen or used: the address at which the service normally is
        return value(endpoint, addressing.word, endpoint.standard_port)
    host, port = parsed
    address = host_port(addressing.leading(host), port)
    if endpoint.port_variable:
        return addressing.leading(host)
    if endpoint.protocol is not Protocol.OLLAMA:
        return address
    return f"{'https' if text.startswith('https://') else 'http'}://{address}"


def _advice(unread: UnreadVariable, right: str, addressing: Addressing) -> Remediation:
    name, meant = unread.variable.name, unread.meant
    if not right:
        return Remediation(text=f"Set {meant} in place of {name}{_form(unread)}.")
    parsed = parse(right, 0) if unread.endpoint else None
    changes: tuple[AnyChange, ...] = (
        SetVariable(name=meant, value=right),
        RemoveVariable(name=name),
        *(addressing.mapping(parsed[0]) if parsed else ()),
    )
    return Remediation(text=f"Rename {name} to {meant}{_form(unread)}.", changes=changes)


def _form(unread: UnreadVariable) -> str:
    if unread.endpoint is None or unread.endpoint.protocol is Protocol.OLLAMA:
        return ""
    return ", as host:port without a scheme"


RULE = Rule(
    code="SD301",
    severity=Severity.ERROR,
    check=check,
    causes=("SD204", "SD302", "SD303", "SD304", "SD306", "SD307", *codes.CONNECTION, *codes.LOGGED, *codes.START_UP),
    knows_the_value=True,
)
