"""SD607: the LLM's address stands in the image's code, and no variable moves it."""

from __future__ import annotations

from stigmer_doctor.analysis.addresses import parse
from stigmer_doctor.analysis.addressing import Addressing
from stigmer_doctor.analysis.links import Link
from stigmer_doctor.model.facts import Answered, Container, NotMeasured
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import wording
from stigmer_doctor.rules.commands import of_profile

_NEWER = "Run a newer image, one that hands the variable on to its LLM client"


def check(container: Container, addressing: Addressing, profile: Profile, host_network_better: bool) -> Judgement:
    link = addressing.links.usable("llm")
    if isinstance(link, NotMeasured) or link.endpoint.movable:
        return
    severity = _severity(link)
    dropped = _dropped(link, container, profile)
    if severity is Severity.INFO and not dropped:
        return
    if severity is Severity.INFO:
        advice = Remediation(text=f"Nothing: in this network the address is right. {_NEWER}, before that changes.")
    elif link.endpoint.loopback and not container.host_network and host_network_better:
        advice = _to_host(link, addressing)
    else:
        advice = _newer(link, profile)
    yield _finding(link, severity, dropped, advice)


def _severity(link: Link) -> Severity:
    """An error where the address was measured not to lead to the LLM, an info where it does."""
    if link.connects is None:
        return Severity.WARNING
    answer = link.asked.inside
    wrong = not isinstance(answer, NotMeasured) and answer.answered is Answered.WRONG_PROTOCOL
    return Severity.INFO if link.connects and not wrong else Severity.ERROR


def _dropped(link: Link, container: Container, profile: Profile) -> tuple[Evidence, ...]:
    """The variables that are set for it, to another address, and have no effect."""
    endpoint, known = link.endpoint, profile.endpoint("llm")
    names = (*known.variables, *known.library_variables) if known else ()
    return tuple(
        Evidence(source="inspect", locator=use.name, value=use.value)
        for use in map(container.variable, names)
        if use is not None and parse(use.value, endpoint.standard_port) != (endpoint.host, endpoint.port)
    )


def _finding(link: Link, severity: Severity, dropped: tuple[Evidence, ...], remediation: Remediation) -> Finding:
    endpoint = link.endpoint
    without = "".join(f"; {read.locator}={read.value} has no effect" for read in dropped)
    return Finding(
        subject=endpoint.raw,
        message=f"this image's code dials the LLM at {endpoint.raw}, and no variable moves it{without}",
        measured=wording.joined(
            f"{endpoint.client} is constructed with that literal ({endpoint.locator})", wording.outcome(link)
        ),
        expected=f"{endpoint.raw} leads to {endpoint.title} from the container, or a variable says where it is",
        remediation=remediation,
        evidence=(wording.in_force(endpoint), *dropped),
        endpoints=(endpoint.name,),
        severity=severity,
    )


def _to_host(link: Link, addressing: Addressing) -> Remediation:
    return Remediation(
        text=f"Use the host's network, in which {link.endpoint.address} is this machine. {_NEWER}, to be free of it.",
        changes=addressing.to_host(),
    )


def _newer(link: Link, profile: Profile) -> Remediation:
    endpoint = link.endpoint
    return Remediation(
        text=f"{_NEWER}; or run the container in a network in which {endpoint.address} leads to {endpoint.title}. "
        "Setting a variable does not help.",
        commands=tuple(map(of_profile, profile.pull_commands)),
    )


RULE = Rule(
    code="SD607",
    severity=Severity.ERROR,
    check=check,
    causes=("SD204", "SD601", "SD602", "SD603", "SD605", "SD701"),
)
