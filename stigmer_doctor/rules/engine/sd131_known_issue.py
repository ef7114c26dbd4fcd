"""SD131: the public tracker of the engine's product knows a fault that looks like what was found."""

from __future__ import annotations

from stigmer_doctor.analysis.links import Links
from stigmer_doctor.analysis.product import product
from stigmer_doctor.model.facts import Engine, NotMeasured, Place, UserSystem
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.engine.known_issues import KNOWN_ISSUES, KnownIssue


def check(
    engine: Engine, user_system: UserSystem, place: Place, root_causes: frozenset[str], *, links: Links | NotMeasured
) -> Judgement:
    if not place.here:
        yield Skip(reason="the engine is on another machine, whose system is not known")
        return
    here = product(engine)
    elsewhere = not isinstance(links, NotMeasured) and any(not link.to_this_machine for link in links.items)
    for issue in KNOWN_ISSUES:
        seen = sorted(root_causes.intersection(issue.symptoms))
        if seen and issue.concerns(here, user_system, elsewhere=elsewhere):
            yield _finding(issue, str(here), user_system, seen)


def _finding(issue: KnownIssue, product_name: str, system: UserSystem, seen: list[str]) -> Finding:
    return Finding(
        subject=product_name,
        message=f"{issue.title}: others reported it, and what was found here ({', '.join(seen)}) looks like it",
        measured=f"{product_name} on {system.release or system.system}; {', '.join(seen)}",
        expected="nothing: what was measured counts, and this may be why",
        remediation=Remediation(text=f"{issue.way_out}. The thread tells whether a later version is without it."),
        evidence=(Evidence(source="issue", locator="thread", value=issue.source),),
        severity=Severity.INFO,
    )


RULE = Rule(
    code="SD131",
    severity=Severity.INFO,
    check=check,
    not_in_pods="the known issues are those of container engines",
    last=True,
)
