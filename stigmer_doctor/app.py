"""The order of the steps, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from stigmer_doctor.model.exit_codes import ExitCode

if TYPE_CHECKING:  # collecting does not wait for the rules, nor judging a snapshot for what collects
    from stigmer_doctor.collect.options import CollectOptions, Ports
    from stigmer_doctor.model.differences import Diff, DiffSide
    from stigmer_doctor.model.facts import Facts
    from stigmer_doctor.model.findings import Diagnosis
    from stigmer_doctor.model.profile import Profile
    from stigmer_doctor.model.survey import Recommendation, Survey

_MOST_CHANGES = 200


def gather(collect_options: CollectOptions, ports: Ports) -> Facts:
    """The redacted facts of a live container; of a Deployment those of the pod that is worst off, with what the others
    have."""
    if collect_options.deployment:
        from stigmer_doctor.collect.replicas import collect_replicas

        facts = _worst(collect_replicas(collect_options, ports), ports.profile)
    else:
        from stigmer_doctor.collect.run import collect

        facts = collect(collect_options, ports)
    from stigmer_doctor.analysis.bounds import measurable  # loaded meanwhile

    return measurable(facts)


def _worst(found: Sequence[Facts], profile: Profile) -> Facts:
    """The one with the most to say: by its status, then by its root causes, then by its warnings."""
    from stigmer_doctor.model.findings import Status

    worst_first = (Status.FAIL, Status.INCONCLUSIVE, Status.WARN, Status.PASS)

    def rank(facts: Facts) -> tuple[int, int, int]:
        diagnosis = diagnose(facts, profile)
        return worst_first.index(diagnosis.status), -diagnosis.summary.root_causes, -diagnosis.summary.warn

    return min(found, key=rank)


def survey(collect_options: CollectOptions, ports: Ports, image: str) -> Survey:
    """What `topology` measures."""
    from stigmer_doctor.collect.survey import survey

    return survey(collect_options, ports, image)


def recommend(seen: Survey, profile: Profile) -> Recommendation:
    """The configuration to use, as far as a survey tells."""
    from stigmer_doctor.analysis.recommendation import recommend

    return recommend(seen.topology, seen.listeners, seen.search.place, profile)


def diagnose(facts: Facts, profile: Profile, suppressed: Callable[[str], bool] = lambda _: False) -> Diagnosis:
    """The diagnosis of facts, collected a moment ago or read from a snapshot."""
    from stigmer_doctor.judge import judge
    from stigmer_doctor.rules.registry import RULES

    return judge(facts, RULES, profile, suppressed=suppressed)


def diff(before: Facts, after: Facts, profile: Profile, names: tuple[str, str]) -> Diff:
    """What changed from one to the other, both judged by the rules of today; `names` is what the user called them."""
    from stigmer_doctor.analysis.finding_changes import finding_changes
    from stigmer_doctor.analysis.traits.compared import fact_changes
    from stigmer_doctor.model.differences import Diff

    was, now = diagnose(before, profile), diagnose(after, profile)
    facts = tuple(fact_changes(before, after, profile))
    return Diff(
        before=_side(names[0], before, was),
        after=_side(names[1], after, now),
        facts=facts[:_MOST_CHANGES],
        findings=tuple(finding_changes(was, now))[:_MOST_CHANGES],
        left_out=max(len(facts) - _MOST_CHANGES, 0),
    )


def _side(name: str, facts: Facts, diagnosis: Diagnosis) -> DiffSide:
    from stigmer_doctor.model.differences import DiffSide

    return DiffSide(
        name=name,
        collected_at=facts.collected_at,
        tool_version=facts.tool_version,
        container=diagnosis.target.container,
        image=diagnosis.target.image,
        passive=facts.passive,
        status=diagnosis.status,
        fingerprint=diagnosis.fingerprint,
    )


def codes() -> tuple[str, ...]:
    """The codes of all rules."""
    from stigmer_doctor.rules.registry import RULES

    return tuple(rule.code for rule in RULES)


def nearest(code: str, known: Sequence[str]) -> str:
    """The known code that was most likely meant: the longest common beginning, then the nearest number."""
    digits = "".join(char for char in code if char.isdecimal())
    number = int(f"{digits:0<3}"[:3])
    return min(known, key=lambda other: (-_common(code, other), abs(int(other[2:]) - number)))


def _common(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def selection(select: Sequence[str], ignore: Sequence[str]) -> Callable[[str], bool]:
    """Which codes are suppressed: those that no prefix of `select` covers (an empty one covers all), and those that
    one of `ignore` covers."""

    def suppressed(code: str) -> bool:
        return bool(select and not code.startswith(tuple(select))) or bool(ignore and code.startswith(tuple(ignore)))

    return suppressed


def exit_code(diagnosis: Diagnosis, fail_on: str) -> ExitCode:
    """0 every service that was selected answered, and nothing at or above `fail_on`; 1 findings; 2 a rule crashed; 3
    could not diagnose, or a service could neither be asked nor is there an error that explains why."""
    from stigmer_doctor.model.findings import Severity, Status

    at_least = {"error": (Severity.ERROR,), "warning": (Severity.ERROR, Severity.WARNING), "never": ()}[fail_on]
    if diagnosis.status is Status.INCONCLUSIVE:
        return ExitCode.NO_DIAGNOSIS
    if any(finding.severity in at_least for finding in diagnosis.findings if not finding.suppressed):
        return ExitCode.FINDINGS
    if any(service.unexplained for service in diagnosis.services):
        return ExitCode.NO_DIAGNOSIS
    return ExitCode.USAGE if diagnosis.summary.crash else ExitCode.OK
