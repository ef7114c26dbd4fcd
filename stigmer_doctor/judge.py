"""Rules x facts -> outcomes. A crashing rule is isolated; consequences are linked to their root causes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from stigmer_doctor.analysis.bounds import bounded
from stigmer_doctor.analysis.known import Known
from stigmer_doctor.model.changes import lines
from stigmer_doctor.model.facts import Container, Engine, Facts, NotMeasured, Place
from stigmer_doctor.model.findings import (
    Check,
    CheckStatus,
    Diagnosis,
    Finding,
    FixView,
    Remediation,
    Service,
    Severity,
    Skip,
    Status,
    Summary,
    Target,
    Tool,
)
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.addresses import page_address
from stigmer_doctor.rules.codes import asked_ahead
from stigmer_doctor.rules.fingerprint import fingerprint
from stigmer_doctor.rules.service_status import services

if TYPE_CHECKING:
    from stigmer_doctor.analysis.remembered import RememberedAnswers

Clock = Callable[[], float]
MOST_FINDINGS = 200
"""Of one rule."""
_STOPPED = f"it was stopped after {MOST_FINDINGS} findings"
_NOT_AHEAD = "it is about a runner that exists (--pre)"
_Ran = tuple[CheckStatus, str, tuple[Finding, ...]]
_ORDER = (Severity.ERROR, Severity.WARNING, Severity.INFO)


def judge(
    facts: Facts,
    rules: Sequence[Rule],
    profile: Profile,
    *,
    suppressed: Callable[[str], bool] = lambda _: False,
    clock: Clock = time.perf_counter,
    remembered: RememberedAnswers | None = None,
) -> Diagnosis:
    """Run every rule on the facts. Raises nothing: a rule that does is reported as crashed.

    Every rule runs, also one whose code is `suppressed`, so that causes and consequences are right; its findings are
    then marked, and count for nothing. `clock` is in seconds and only measures how long each rule took.
    With what is `remembered`, a rule is not asked again about facts that are the very same objects as before.
    """
    judged = bounded(facts, profile)
    facts = judged.facts
    rules = [*map(_ahead, rules)] if facts.pre else rules
    checks, findings = _asked(rules, Known(facts, profile, remembered=remembered), clock, suppressed)
    if facts.pre:
        findings = [*map(_without_changes, findings)]
    findings_with_suppression = (
        replace(finding, suppressed=suppressed(finding.code)) for finding in _link(findings, rules)
    )
    linked = sorted(findings_with_suppression, key=_rank)
    asked = services(facts, profile, linked, [rule.code for rule in rules], suppressed)
    status = _status(linked, rules, checks, asked)
    return Diagnosis(
        tool=Tool(name="stigmer-doctor", version=facts.tool_version),
        generated_at=facts.collected_at,
        target=_target(facts),
        status=status,
        fingerprint=fingerprint(status, linked, asked),
        pre=facts.pre,
        summary=_summary(checks, linked),
        checks=tuple(checks),
        findings=tuple(linked),
        services=asked,
        redactions=facts.redactions,
        left_out=(*judged.left_out, *(f"{check.code}: {_STOPPED}" for check in checks if _STOPPED in check.reason)),
    )


def _ahead(rule: Rule) -> Rule:
    """The rule, asked before there is a runner: a pass does not wait then for what only its work shows."""
    return replace(rule, causes=(*rule.causes, *rule.causes_ahead), essential=False)


def _asked(
    rules: Sequence[Rule], known: Known, clock: Clock, suppressed: Callable[[str], bool]
) -> tuple[list[Check], list[Finding]]:
    """What became of every rule, in their order, and all findings. Those that come last know the others' causes."""
    checks: dict[str, Check] = {}
    findings: list[Finding] = []
    for last in (False, True):
        if last:
            causes = frozenset(finding.code for finding in _link(findings, rules) if finding.root_cause)
            known.tell("root_causes", causes)
        some = [rule for rule in rules if rule.last is last]
        for check, found in known.asked(some, lambda group: _ran(group, known, clock)):
            checks[check.code] = replace(check, suppressed=True) if suppressed(check.code) else check
            findings.extend(found)
    return [checks[rule.code] for rule in rules], findings


def _ran(rules: Sequence[Rule], known: Known, clock: Clock) -> list[tuple[Check, tuple[Finding, ...]]]:
    """What became of every rule, and what it found."""
    ran = []
    for rule in rules:
        started = clock()
        status, reason, found = _run(rule, known)
        duration_ms = round((clock() - started) * 1000, 3)
        check = Check(code=rule.code, name=rule.name, status=status, reason=reason, duration_ms=duration_ms)
        ran.append((check, found))
    return ran


def _run(rule: Rule, known: Known) -> _Ran:
    """What became of the rule, why where it could not check, and what it found."""
    if known["pre"] and not asked_ahead(rule.code):
        return CheckStatus.SKIP, _NOT_AHEAD, ()
    try:
        if rule.not_in_pods and known["place"] is Place.POD:
            return CheckStatus.SKIP, rule.not_in_pods, ()
        given = known.arguments(rule.check)
        if isinstance(given, NotMeasured):
            return CheckStatus.SKIP, given.reason, ()
        return known.answer(rule.check, given, partial(_checked, rule))
    except Exception as error:  # noqa: BLE001 - one broken rule must not take the report with it
        return CheckStatus.CRASH, f"{type(error).__name__}: {error}", ()


def _checked(rule: Rule, **given: object) -> _Ran:
    found: list[Finding] = []
    skipped: list[str] = []
    for outcome in rule.check(**given):
        match outcome:
            case Skip(reason=reason):
                skipped.append(reason)
            case Finding():
                found.append(_stamp(rule, outcome))
        if len(found) == MOST_FINDINGS:
            skipped.append(_STOPPED)
            break
    if not found and not skipped:
        return CheckStatus.PASS, "", ()
    return _worst(found, skipped), "; ".join(dict.fromkeys(skipped)), tuple(found)


def _stamp(rule: Rule, finding: Finding) -> Finding:
    return replace(
        finding,
        remediation=_with_fix(finding.remediation, finding.severity or rule.severity),
        code=rule.code,
        name=rule.name,
        severity=finding.severity or rule.severity,
        doc=page_address(rule.code) or f"stigmer-doctor rule {rule.code}",
    )


def _with_fix(remediation: Remediation, severity: Severity) -> Remediation:
    """With how `fix` would do it, where a rule only says what must become different about the container. `fix` fixes
    errors, no warnings."""
    if remediation.fix or not remediation.changes or severity is not Severity.ERROR:
        return remediation
    return replace(remediation, fix=FixView(safety="safe", diff="\n".join(lines(remediation.changes))))


def _without_changes(finding: Finding) -> Finding:
    """There is no container yet that could be changed; files and services can."""
    advice = finding.remediation
    if not advice.changes:
        return finding
    return replace(finding, remediation=Remediation(text=advice.text, commands=advice.commands))


def _worst(found: Sequence[Finding], skipped: Sequence[str]) -> CheckStatus:
    severities = {finding.severity for finding in found}
    if Severity.ERROR in severities:
        return CheckStatus.FAIL
    if Severity.WARNING in severities:
        return CheckStatus.WARN
    return CheckStatus.SKIP if skipped and not found else CheckStatus.PASS


def _link(findings: Sequence[Finding], rules: Iterable[Rule]) -> list[Finding]:
    """Give every finding the codes of the root causes that explain it: the ends of the chains that lead to it."""
    causes = {rule.code: rule.causes for rule in rules}
    by_code: dict[str, list[int]] = {}
    for index, finding in enumerate(findings):
        by_code.setdefault(finding.code, []).append(index)
    parents = {
        index: [
            other
            for code, others in by_code.items()
            if code != finding.code and finding.code.startswith(causes[code])
            for other in others
            if _about_the_same(findings[other], finding)
        ]
        for index, finding in enumerate(findings)
    }
    roots = {index: sorted({findings[root].code for root in _roots(index, parents)}) for index in parents}
    return [_caused(finding, tuple(roots[index])) for index, finding in enumerate(findings)]


def _caused(finding: Finding, codes: tuple[str, ...]) -> Finding:
    """The finding with its causes. It goes with them: advice of its own could contradict theirs."""
    if not codes:
        return finding
    follow = Remediation(text=f"This follows from {', '.join(codes)}: what is done about that fixes it.")
    return replace(finding, caused_by=codes, remediation=follow)


def _about_the_same(cause: Finding, consequence: Finding) -> bool:
    shared = set(cause.endpoints) & set(consequence.endpoints)
    return bool(shared) or not cause.endpoints or not consequence.endpoints


def _roots(start: int, parents: dict[int, list[int]]) -> set[int]:
    """The ends reached from `start` by going to the causes; a circle ends where it was entered."""
    roots: set[int] = set()
    seen = {start}
    waiting = list(parents[start])
    while waiting:
        here = waiting.pop()
        if here in seen:
            continue
        seen.add(here)
        if parents[here]:
            waiting.extend(parents[here])
        else:
            roots.add(here)
    return roots


def _rank(finding: Finding) -> tuple[int, bool, str, str]:
    severity = finding.severity or Severity.INFO
    return _ORDER.index(severity), bool(finding.caused_by), finding.code, finding.subject


def _status(
    findings: Sequence[Finding], rules: Sequence[Rule], checks: Sequence[Check], asked: Iterable[Service]
) -> Status:
    blocking = {rule.code for rule in rules if rule.blocks_diagnosis}
    essential = {rule.code for rule in rules if rule.essential}
    if any(finding.code in blocking for finding in findings):
        return Status.INCONCLUSIVE
    severities = {finding.severity for finding in findings if not finding.suppressed}
    if Severity.ERROR in severities:
        return Status.FAIL
    if any(service.unexplained for service in asked) or not _any_made(checks) or _unanswered(essential, checks):
        return Status.INCONCLUSIVE
    return Status.WARN if Severity.WARNING in severities else Status.PASS


def _unanswered(essential: set[str], checks: Iterable[Check]) -> bool:
    """Whether a question without which nobody passes was selected and has no answer."""
    return any(check.code in essential and check.status is CheckStatus.SKIP for check in checks if not check.suppressed)


def _any_made(checks: Iterable[Check]) -> bool:
    """Whether any of the selected rules could run: where none could, nothing is known."""
    return any(check.status is not CheckStatus.SKIP for check in checks if not check.suppressed)


def _summary(checks: Iterable[Check], findings: Iterable[Finding]) -> Summary:
    statuses = [check.status for check in checks]
    return Summary(
        passed=statuses.count(CheckStatus.PASS),
        warn=statuses.count(CheckStatus.WARN),
        fail=statuses.count(CheckStatus.FAIL),
        skip=statuses.count(CheckStatus.SKIP),
        crash=statuses.count(CheckStatus.CRASH),
        root_causes=len({finding.code for finding in findings if finding.root_cause}),
    )


def _target(facts: Facts) -> Target:
    engine, container = facts.engine, facts.container
    asked = "" if isinstance(facts.lookup, NotMeasured) else facts.lookup.asked
    return Target(
        container=container.name if isinstance(container, Container) else asked,
        image=container.image if isinstance(container, Container) else "",
        engine=f"{engine.version} (API {engine.api_version})" if isinstance(engine, Engine) else "",
        platform=f"{engine.operating_system}, {engine.architecture}" if isinstance(engine, Engine) else "",
    )
