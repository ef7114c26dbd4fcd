"""What a report says and in which order: the verdict, causes with their consequences, what was not checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stigmer_doctor.model.facts import Facts, LlmAnswer, TemporalAnswer
from stigmer_doctor.model.findings import CheckStatus, Diagnosis, Finding, ServiceStatus, Severity, Status
from stigmer_doctor.render import links

_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")


@dataclass(frozen=True, slots=True)
class Branch:
    """A finding that follows from no other one that is shown, and those that follow from it."""

    finding: Finding
    consequences: tuple[Finding, ...]

    @property
    def severity(self) -> Severity:
        """The worst in it: a warning that explains an error is reported as a cause."""
        severities = {self.finding.severity, *(each.severity for each in self.consequences)}
        return next((each for each in Severity if each in severities), Severity.INFO)


@dataclass(frozen=True, slots=True)
class Unchecked:
    """Rules that were skipped or failed for the same reason."""

    reason: str
    codes: tuple[str, ...]
    selected: bool
    """Whether any of them was selected."""


def branches(diagnosis: Diagnosis) -> tuple[Branch, ...]:
    """Every finding that is not suppressed, once: most severe first, consequences below what explains them."""
    shown = [each for each in diagnosis.findings if not each.suppressed]
    tops = [each for each in shown if not _parent(each, shown)]
    below = [(each, parent) for each in shown if (parent := _parent(each, shown))]
    return tuple(Branch(top, tuple(each for each, parent in below if parent is top)) for top in tops)


def _parent(finding: Finding, shown: Sequence[Finding]) -> Finding | None:
    """The shown root cause that it is printed under: one of the same endpoint before any other."""
    parents = [each for each in shown if each.code in finding.caused_by and not each.caused_by]
    same = [each for each in parents if set(each.endpoints) & set(finding.endpoints)]
    return next(iter(same or parents), None)


def unchecked(diagnosis: Diagnosis, status: CheckStatus = CheckStatus.SKIP) -> tuple[Unchecked, ...]:
    """The rules of that status by reason; the reason that concerns most of them first."""
    groups: dict[str, list[str]] = {}
    selected = {each.code for each in diagnosis.checks if not each.suppressed}
    for each in diagnosis.checks:
        if each.status is status:
            groups.setdefault(each.reason, []).append(each.code)
    ranked = sorted(groups.items(), key=lambda group: (-len(group[1]), group[1]))
    return tuple(Unchecked(reason, tuple(codes), bool(selected & set(codes))) for reason, codes in ranked)


def runs(codes: Iterable[str], diagnosis: Diagnosis) -> str:
    """The codes, with three or more rules in a row as a range: "SD102, SD401-SD405"."""
    order = [each.code for each in diagnosis.checks]
    groups: list[list[str]] = []
    for code in sorted(codes, key=order.index):
        if groups and order.index(code) == order.index(groups[-1][-1]) + 1:
            groups[-1].append(code)
        else:
            groups.append([code])
    return ", ".join(f"{each[0]}–{each[-1]}" if len(each) > 2 else ", ".join(each) for each in groups)  # noqa: RUF001 - a range


def hidden(diagnosis: Diagnosis) -> str:
    """How much was redacted, and where."""
    places: dict[str, int] = {}
    for each in diagnosis.redactions:
        places[each.where] = places.get(each.where, 0) + each.count
    total = sum(places.values())
    if not total:
        return "no value hidden"
    return f"{counted(total, 'value')} hidden ({', '.join(f'{where} {n}' for where, n in sorted(places.items()))})"


def counted(number: int, noun: str) -> str:
    """ "1 check", "2 checks"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def listed(words: Iterable[str], last: str = "and") -> str:
    """ "a, b and c"."""
    items = list(words)
    return f"{', '.join(items[:-1])} {last} {items[-1]}" if len(items) > 1 else "".join(items)


# ---- the verdict -----------------------------------------------------------------------------------------------------


def verdict(diagnosis: Diagnosis, facts: Facts) -> str:
    """One sentence that says how it stands. The status word is not in it."""
    found = branches(diagnosis)
    causes = [each.finding for each in found if each.severity is Severity.ERROR]
    match diagnosis.status:
        case Status.INCONCLUSIVE:
            return "; ".join(f"{each.message} ({each.code})" for each in causes) or _inconclusive(diagnosis)
        case Status.FAIL:
            said = f"{_failing(causes, facts)}: {'; '.join(_named(causes))}."
            return " ".join(filter(None, (said, _not_asked(diagnosis))))
        case Status.WARN:
            warnings = [each.finding for each in found if each.severity is Severity.WARNING]
            said = f"{counted(len(warnings), 'warning')}: {'; '.join(_named(warnings))}."
            return f"{_answering(diagnosis, facts)} {said}"
        case Status.PASS:
            return _answering(diagnosis, facts)


def _inconclusive(diagnosis: Diagnosis) -> str:
    """Which services could not be asked, or why no selected check could be made."""
    unexplained = [each for each in diagnosis.services if each.unexplained]
    if unexplained:
        failing = [f"{each.title} fails ({each.reason})" for each in unexplained if each.status is ServiceStatus.FAILS]
        nothing = "Nothing is known to be wrong, and this is no pass."
        return " ".join(filter(None, (_not_asked(diagnosis), *(f"{each}." for each in failing), nothing)))
    reasons = "; ".join(each.reason for each in unchecked(diagnosis) if each.selected)
    return f"None of the selected checks could be made: {reasons}."


def _not_asked(diagnosis: Diagnosis) -> str:
    """The selected services that could not be asked, with the reason; "" where each could."""
    by_reason: dict[str, list[str]] = {}
    for each in diagnosis.services:
        if each.status is ServiceStatus.NOT_ASKED and not each.suppressed:
            by_reason.setdefault(each.reason, []).append(each.title)
    said = [f"{listed(titles)} could not be asked: {reason}" for reason, titles in by_reason.items()]
    return f"{'; '.join(said)}." if said else ""


def _failing(causes: Sequence[Finding], facts: Facts) -> str:
    """What does not work, as far as it was measured; the number of causes otherwise."""
    out_of_reach = [each.title for each in links.endpoints(facts) if links.connects(each, facts) is False]
    if out_of_reach:
        return f"The runner cannot reach {listed(out_of_reach, 'or')}"
    return counted(len({each.code for each in causes}), "root cause")


def _named(findings: Iterable[Finding]) -> list[str]:
    """The faults by name and code, each once, with the variables that they are about."""
    about: dict[tuple[str, str], dict[str, None]] = {}
    for each in findings:
        variables = about.setdefault((each.name.replace("-", " "), each.code), {})
        if _VARIABLE.fullmatch(each.subject):
            variables[each.subject] = None
    return [f"{' '.join(filter(None, (name, listed(of))))} ({code})" for (name, code), of in about.items()]


def _answering(diagnosis: Diagnosis, facts: Facts) -> str:
    """What answers, as far as it was selected."""
    selected = [each for each in diagnosis.services if not each.suppressed]
    answers = [each for each in selected if each.status is ServiceStatus.ANSWERS]
    if not answers:
        return "Nothing is wrong in what was selected; what the services answer was not part of it."
    endpoints = {each.name: each for each in links.endpoints(facts)}
    said = ", ".join(each.title + _count(links.answered(endpoints[each.name], facts)) for each in answers)
    rest = [each.title for each in diagnosis.services if each not in answers]
    return f"{said} answer; not selected: {listed(rest)}." if rest else f"Everything answers: {said}."


def _count(answer: object) -> str:
    match answer:
        case TemporalAnswer(pollers=tuple() as pollers, task_queue=queue):
            return f" ({counted(len(pollers), 'poller')} on {queue})"
        case LlmAnswer(models=models):
            return f" ({counted(len(models), 'model')})"
    return ""


def closing(diagnosis: Diagnosis) -> str:
    """The counts, what was hidden, and where to read on."""
    summary = diagnosis.summary
    suppressed = sum(each.suppressed for each in diagnosis.findings)
    counts = [
        f"{summary.passed} passed",
        f"{summary.fail} failed",
        f"{counted(summary.warn, 'warning')}",
        f"{summary.skip} not checked",
        *([f"{summary.crash} crashed"] if summary.crash else []),
        *([f"{counted(suppressed, 'finding')} not selected"] if suppressed else []),
    ]
    example = next((each.code for each in diagnosis.findings if not each.suppressed), "")
    more = f" stigmer-doctor rule {example} explains." if example else ""
    return f"{counted(len(diagnosis.checks), 'check')}: {', '.join(counts)}; {hidden(diagnosis)}.{more}"
