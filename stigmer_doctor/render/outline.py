"""What a report says and in which order: the verdict, causes with their consequences, what was not checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.facts import Facts, LlmAnswer, TemporalAnswer
from stigmer_doctor.model.findings import CheckStatus, Diagnosis, Finding, Service, ServiceStatus, Severity, Status
from stigmer_doctor.render import links
from stigmer_doctor.rules.codes import essential
from stigmer_doctor.rules.wording import listed

_NO_PASS = "Nothing is known to be wrong, and this is not a pass."
_VARIABLE = compiled_later(r"[A-Z][A-Z0-9_]*")


class Branch(msgspec.Struct, frozen=True):
    """A finding that follows from no other one that is shown, and those that follow from it."""

    finding: Finding
    consequences: tuple[Finding, ...]

    @property
    def severity(self) -> Severity:
        """The worst in it: a warning that explains an error is reported as a cause."""
        severities = {self.finding.severity, *(consequence.severity for consequence in self.consequences)}
        return next((severity for severity in Severity if severity in severities), Severity.INFO)


class Unchecked(msgspec.Struct, frozen=True):
    """Rules that were skipped or failed for the same reason."""

    reason: str
    codes: tuple[str, ...]
    selected: bool
    """Whether any of them was selected."""


def branches(diagnosis: Diagnosis) -> tuple[Branch, ...]:
    """Every finding that is not suppressed, once: most severe first, consequences below what explains them."""
    shown = [finding for finding in diagnosis.findings if not finding.suppressed]
    tops = [finding for finding in shown if not _parent(finding, shown)]
    below = [(finding, parent) for finding in shown if (parent := _parent(finding, shown))]
    return tuple(Branch(top, tuple(pair for pair, parent in below if parent is top)) for top in tops)


def _parent(finding: Finding, shown: Sequence[Finding]) -> Finding | None:
    """The shown root cause that it is printed under: one of the same endpoint before any other."""
    parents = [other for other in shown if other.code in finding.caused_by and not other.caused_by]
    same = [parent for parent in parents if set(parent.endpoints) & set(finding.endpoints)]
    return next(iter(same or parents), None)


def unchecked(diagnosis: Diagnosis, status: CheckStatus = CheckStatus.SKIP) -> tuple[Unchecked, ...]:
    """The rules of that status by reason; the reason that concerns most of them first."""
    groups: dict[str, list[str]] = {}
    selected = {check.code for check in diagnosis.checks if not check.suppressed}
    for check in diagnosis.checks:
        if check.status is status:
            groups.setdefault(check.reason, []).append(check.code)
    ranked = sorted(groups.items(), key=lambda group: (-len(group[1]), group[1]))
    return tuple(Unchecked(reason, tuple(codes), bool(selected & set(codes))) for reason, codes in ranked)


def runs(codes: Iterable[str], diagnosis: Diagnosis) -> str:
    """The codes, with three or more rules in a row as a range: "SD102, SD401-SD405"."""
    order = [check.code for check in diagnosis.checks]
    groups: list[list[str]] = []
    for code in sorted(codes, key=order.index):
        if groups and order.index(code) == order.index(groups[-1][-1]) + 1:
            groups[-1].append(code)
        else:
            groups.append([code])
    return ", ".join(f"{group[0]}–{group[-1]}" if len(group) > 2 else ", ".join(group) for group in groups)  # noqa: RUF001 - a range


def hidden(diagnosis: Diagnosis) -> str:
    """How much was redacted, and where."""
    places: dict[str, int] = {}
    for redaction in diagnosis.redactions:
        places[redaction.where] = places.get(redaction.where, 0) + redaction.count
    total = sum(places.values())
    if not total:
        return "no value hidden"
    return f"{counted(total, 'value')} hidden ({', '.join(f'{where} {n}' for where, n in sorted(places.items()))})"


def counted(number: int, noun: str) -> str:
    """ "1 check", "2 checks"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


# ---- the verdict -----------------------------------------------------------------------------------------------------


def verdict(diagnosis: Diagnosis, facts: Facts) -> str:
    """One sentence that says how it stands. The status word is not in it."""
    found = branches(diagnosis)
    causes = [branch.finding for branch in found if branch.severity is Severity.ERROR]
    match diagnosis.status:
        case Status.INCONCLUSIVE:
            why = "; ".join(f"{cause.message} ({cause.code})" for cause in causes) or _inconclusive(diagnosis)
            return f"Whether a runner would work is not known: {why}" if facts.pre else why
        case Status.FAIL:
            said = f"{_failing(diagnosis, causes, facts)}: {'; '.join(_named(causes))}."
            return " ".join(filter(None, (said, _not_asked(diagnosis))))
        case Status.WARN:
            warnings = [branch.finding for branch in found if branch.severity is Severity.WARNING]
            said = f"{counted(len(warnings), 'warning')}: {'; '.join(_named(warnings))}."
            return f"{_answering(diagnosis, facts)} {said}"
        case Status.PASS:
            return _answering(diagnosis, facts)


def _inconclusive(diagnosis: Diagnosis) -> str:
    """Which services could not be asked, or why it could not be told whether the runner works, or why no selected check
    could be made."""
    unexplained = [service for service in diagnosis.services if service.unexplained]
    if unexplained:
        failing = [
            f"{service.title} fails ({service.reason})."
            for service in unexplained
            if service.status is ServiceStatus.FAILS
        ]
        return " ".join(filter(None, (_not_asked(diagnosis), *failing, _NO_PASS)))
    selected = [reason for reason in unchecked(diagnosis) if reason.selected]
    untold = [reason.reason for reason in selected if essential() & set(reason.codes)]
    if untold and any(check.status is not CheckStatus.SKIP for check in diagnosis.checks if not check.suppressed):
        return f"Whether the runner's worker takes executions could not be told: {'; '.join(untold)}. {_NO_PASS}"
    reasons = "; ".join(reason.reason for reason in selected)
    return f"None of the selected checks could be made: {reasons}."


def _not_asked(diagnosis: Diagnosis) -> str:
    """The selected services that could not be asked, with the reason; "" where each could."""
    by_reason: dict[str, list[str]] = {}
    for service in diagnosis.services:
        if service.status is ServiceStatus.NOT_ASKED and not service.suppressed:
            by_reason.setdefault(service.reason, []).append(service.title)
    said = [f"{listed(titles)} could not be asked: {reason}" for reason, titles in by_reason.items()]
    return f"{'; '.join(said)}." if said else ""


def _failing(diagnosis: Diagnosis, causes: Sequence[Finding], facts: Facts) -> str:
    """What does not work, as far as it was measured; the number of causes otherwise."""
    out_of_reach = [endpoint.title for endpoint in links.endpoints(facts) if links.connects(endpoint, facts) is False]
    failing = [service.title for service in diagnosis.services if service.status is ServiceStatus.FAILS]
    unusable = [title for title in failing if title not in out_of_reach]
    said = [f"{verb} {listed(titles, 'or')}" for verb, titles in (("reach", out_of_reach), ("use", unusable)) if titles]
    if said:
        return f"{'A runner started now could not' if facts.pre else 'The runner cannot'} {', or '.join(said)}"
    number = counted(len({cause.code for cause in causes}), "root cause")
    return f"Not ready for a runner, {number}" if facts.pre else number


def _named(findings: Iterable[Finding]) -> list[str]:
    """The faults by name and code, each once, with the variables that they are about."""
    about: dict[tuple[str, str], dict[str, None]] = {}
    for finding in findings:
        variables = about.setdefault((finding.name.replace("-", " "), finding.code), {})
        if _VARIABLE.fullmatch(finding.subject):
            variables[finding.subject] = None
    return [f"{' '.join(filter(None, (name, listed(of))))} ({code})" for (name, code), of in about.items()]


def _answering(diagnosis: Diagnosis, facts: Facts) -> str:
    """What answers, as far as it was selected."""
    selected = [service for service in diagnosis.services if not service.suppressed]
    answers = [service for service in selected if service.status is ServiceStatus.ANSWERS]
    if not answers:
        return "Nothing is wrong in what was selected; what the services answer was not part of it."
    if facts.pre:
        return _ready(diagnosis, answers)
    endpoints = {endpoint.name: endpoint for endpoint in links.endpoints(facts)}
    said = ", ".join(answer.title + _count(links.answered(endpoints[answer.name], facts)) for answer in answers)
    rest = [service.title for service in diagnosis.services if service not in answers]
    return f"{said} answer; not selected: {listed(rest)}." if rest else f"Everything answers: {said}."


def _ready(diagnosis: Diagnosis, answers: Sequence[Service]) -> str:
    """What answers the runner that would be started: only all of it is enough to start one."""
    titles = listed(answer.title for answer in answers)
    rest = [service.title for service in diagnosis.services if service not in answers]
    if rest:
        return f"{titles} would answer a runner; not selected: {listed(rest)}."
    return f"Ready for a runner: {titles} answer where it would run."


def _count(answer: object) -> str:
    match answer:
        case TemporalAnswer(pollers=tuple() as pollers, task_queue=queue):
            return f" ({counted(len(pollers), 'poller')} on {queue})"
        case LlmAnswer(models=models):
            return f" ({counted(len(models), 'model')})"
    return ""


def closing(diagnosis: Diagnosis) -> str:
    """The counts, what was hidden, and where to read on."""
    return f"{counts(diagnosis)}; {aside(diagnosis)}"


def counts(diagnosis: Diagnosis) -> str:
    """How many checks there were, and what became of them."""
    summary = diagnosis.summary
    suppressed = sum(finding.suppressed for finding in diagnosis.findings)
    of_each = [
        f"{summary.passed} passed",
        f"{summary.fail} failed",
        f"{counted(summary.warn, 'warning')}",
        f"{summary.skip} not checked",
        *([f"{summary.crash} crashed"] if summary.crash else []),
        *([f"{counted(suppressed, 'finding')} not selected"] if suppressed else []),
    ]
    return f"{counted(len(diagnosis.checks), 'check')}: {', '.join(of_each)}"


def aside(diagnosis: Diagnosis) -> str:
    """What was hidden, and where to read on."""
    example = next((finding.code for finding in diagnosis.findings if not finding.suppressed), "")
    more = f" stigmer-doctor rule {example} explains." if example else ""
    return f"{hidden(diagnosis)}.{more}"
