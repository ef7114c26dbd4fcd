"""SD209: a name has addresses of both families, and those of one of them cannot be reached from the container."""

from __future__ import annotations

from stigmer_doctor.analysis.links import Link, Links, rejected
from stigmer_doctor.model.facts import Dial, Outcome
from stigmer_doctor.model.findings import Finding, Remediation, Severity
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import wording

_UNREACHABLE = (Outcome.NO_ROUTE, Outcome.TIMED_OUT)


def check(dialled_links: Links) -> Judgement:
    for link in dialled_links.with_address:
        dials = () if link.endpoint.loopback else link.dials
        for family, others in (("IPv6", _of(dials, v6=False)), ("IPv4", _of(dials, v6=True))):
            mine = _of(dials, v6=family == "IPv6")
            if _all_fail(mine) and any(other.outcome is Outcome.CONNECTED for other in others):
                yield _finding(link, family, mine)


def _of(dials: tuple[Dial, ...], *, v6: bool) -> tuple[Dial, ...]:
    return tuple(dial for dial in dials if (":" in dial.address) is v6)


def _all_fail(dials: tuple[Dial, ...]) -> bool:
    """Whether the family leads nowhere. What is rejected on the way got somewhere: that is a firewall's doing."""
    return bool(dials) and all(dial.outcome in _UNREACHABLE for dial in dials) and not rejected(dials)


def _finding(link: Link, family: str, mine: tuple[Dial, ...]) -> Finding:
    endpoint = link.endpoint
    slow = any(dial.outcome is Outcome.TIMED_OUT for dial in mine)
    other = "IPv4" if family == "IPv6" else "IPv6"
    cost = ", after a timeout in clients that try one after the other" if slow else ""
    return Finding(
        subject=endpoint.host,
        message=f"{endpoint.host} has {family} addresses that cannot be reached {link.vantage}; "
        f"{endpoint.title} answers over {other} only{cost}",
        measured=wording.dial_list(link.dials),
        expected=f"every address of {endpoint.host} answers, or it has none of {family}",
        remediation=Remediation(
            text=f"Nothing has to be done while {other} answers. To be rid of it, map the name to its {other} address "
            "when the container is made (--add-host), or give its network the other family.",
        ),
        evidence=(wording.in_force(endpoint),),
        endpoints=(endpoint.name,),
        severity=Severity.WARNING if slow else None,
    )


RULE = Rule(
    code="SD209",
    severity=Severity.INFO,
    check=check,
    not_in_pods="a cluster's addresses are given by its administrator",
)
