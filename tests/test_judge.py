"""The judge: outcomes of rules, causes and consequences, and what the report says of all together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from msgspec.structs import replace

from stigmer_doctor import profile
from stigmer_doctor.judge import judge
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.changes import AnyChange, RemoveVariable, SetVariable
from stigmer_doctor.model.findings import (
    CheckStatus,
    Diagnosis,
    Finding,
    FixView,
    Remediation,
    Severity,
    Skip,
    Status,
)
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.model.rules import Judgement, Rule
from tests.healthy import NOT_MEASURED, healthy

PROFILE = profile.load()
NOBODY: Callable[[str], bool] = lambda _: False  # noqa: E731 - a word for it


def finding(
    subject: str = "x",
    severity: Severity | None = None,
    endpoints: tuple[str, ...] = (),
    changes: tuple[AnyChange, ...] = (),
    fix: FixView | None = None,
) -> Finding:
    return Finding(
        subject=subject,
        message="it is wrong",
        measured="1",
        expected="2",
        remediation=Remediation(text="Put it right.", changes=changes, fix=fix),
        severity=severity,
        endpoints=endpoints,
    )


def rule(code: str, *outcomes: Finding | Skip, severity: Severity = Severity.ERROR, **more: object) -> Rule:
    """A rule that always says the same."""

    def check(profile: Profile) -> Judgement:
        del profile
        yield from outcomes

    check.__module__ = f"rules.{code.lower()}_its_own_name"
    return Rule(code=code, severity=severity, check=check, **more)  # type: ignore[arg-type]


def judged(*rules: Rule, facts: f.Facts | None = None, suppressed: Callable[[str], bool] = NOBODY) -> Diagnosis:
    return judge(facts or healthy(), rules, PROFILE, suppressed=suppressed)


def causes(*rules: Rule) -> dict[str, tuple[str, ...]]:
    """By code and subject, the root causes of each finding."""
    return {f"{item.code} {item.subject}": item.caused_by for item in judged(*rules).findings}


WARNING, INFO = Severity.WARNING, Severity.INFO


# ---- one rule --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcomes", "status", "reason"),
    [
        ((), CheckStatus.PASS, ""),
        ((finding(),), CheckStatus.FAIL, ""),
        ((finding(severity=WARNING),), CheckStatus.WARN, ""),
        ((finding(severity=INFO),), CheckStatus.PASS, ""),
        ((finding(severity=WARNING), finding()), CheckStatus.FAIL, ""),
        ((Skip(reason="a"),), CheckStatus.SKIP, "a"),
        ((Skip(reason="a"), Skip(reason="b"), Skip(reason="a")), CheckStatus.SKIP, "a; b"),
        ((Skip(reason="a"), finding()), CheckStatus.FAIL, "a"),
        ((Skip(reason="a"), finding(severity=INFO)), CheckStatus.PASS, "a"),
    ],
)
def test_what_becomes_of_a_rule(outcomes: tuple[Finding | Skip, ...], status: CheckStatus, reason: str) -> None:
    (check,) = judged(rule("SD999", *outcomes)).checks
    assert (check.code, check.name, check.status, check.reason) == ("SD999", "its-own-name", status, reason)
    assert not check.suppressed


def test_a_finding_is_stamped_with_its_rule() -> None:
    (found,) = judged(rule("SD999", finding(), severity=WARNING)).findings
    assert (found.code, found.name, found.severity, found.doc) == (
        "SD999", "its-own-name", WARNING, "stigmer-doctor rule SD999",
    )  # fmt: skip


def test_a_finding_may_have_a_severity_of_its_own() -> None:
    assert judged(rule("SD999", finding(severity=INFO))).findings[0].severity is INFO


def test_a_crash_takes_the_findings_of_its_rule_and_no_others() -> None:
    def check(profile: Profile) -> Iterator[Finding]:
        yield finding()
        raise ValueError(profile.container_name)

    broken = Rule(code="SD998", severity=Severity.ERROR, check=check)
    diagnosis = judged(broken, rule("SD999", finding(severity=WARNING)))
    assert [(row.status, row.reason) for row in diagnosis.checks] == [
        (CheckStatus.CRASH, "ValueError: stigmer-agent-runner"),
        (CheckStatus.WARN, ""),
    ]
    assert [item.code for item in diagnosis.findings] == ["SD999"]


def test_a_fact_that_is_needed_and_missing_is_the_reason_and_one_that_is_wanted_is_handed_over() -> None:
    def check(engine: f.Engine, container: f.Container, *, llm: f.LlmAnswer | f.NotMeasured) -> Judgement:
        yield finding(f"{engine.version} {container.name} {type(llm).__name__}")

    asked = Rule(code="SD999", severity=Severity.ERROR, check=check)
    (found,) = judged(asked, facts=replace(healthy(), llm=NOT_MEASURED)).findings
    assert found.subject == "28.2.2 stigmer-agent-runner NotMeasured"
    lost = replace(healthy(), engine=f.NotMeasured(reason="no engine"), container=f.NotMeasured(reason="no container"))
    diagnosis = judged(asked, facts=lost)
    assert [(row.status, row.reason) for row in diagnosis.checks] == [(CheckStatus.SKIP, "no engine")]
    assert diagnosis.findings == ()


def test_how_long_each_rule_took_is_said_in_milliseconds() -> None:
    ticks = count(10, 0.0123456)
    diagnosis = judge(healthy(), [rule("SD998"), rule("SD999")], PROFILE, clock=lambda: next(ticks))
    assert [(row.duration_ms, row.suppressed) for row in diagnosis.checks] == [(12.346, False), (12.346, False)]


# ---- what is fixed ---------------------------------------------------------------------------------------------------

CHANGES = (SetVariable(name="A", value="1"), RemoveVariable(name="B"))
OWN = FixView(safety="unsafe", diff="its own")


@pytest.mark.parametrize(
    ("told", "fix"),
    [
        (finding(changes=CHANGES), FixView(safety="safe", diff="+ A=1\n- B")),
        (finding(changes=CHANGES, severity=WARNING), None),
        (finding(), None),
        (finding(fix=OWN), OWN),
        (finding(changes=CHANGES, fix=OWN), OWN),
    ],
)
def test_changes_of_the_container_are_a_fix_where_they_repair_an_error(told: Finding, fix: FixView | None) -> None:
    assert judged(rule("SD999", told)).findings[0].remediation.fix == fix


def test_no_warning_is_fixed_by_its_rules_severity_either() -> None:
    (found,) = judged(rule("SD999", finding(changes=CHANGES), severity=WARNING)).findings
    assert found.remediation.fix is None
    assert found.remediation.changes == CHANGES


# ---- causes and consequences -----------------------------------------------------------------------------------------


def test_a_consequence_goes_with_its_cause_and_has_no_advice_of_its_own() -> None:
    cause, consequence = judged(rule("SD201", finding(), causes=("SD4",)), rule("SD402", finding())).findings
    assert (cause.caused_by, cause.remediation.text) == ((), "Put it right.")
    assert (consequence.code, consequence.caused_by) == ("SD402", ("SD201",))
    assert consequence.remediation == Remediation(text="This follows from SD201: what is done about that fixes it.")


@pytest.mark.parametrize(
    ("of_cause", "of_consequence", "linked"),
    [
        ((), (), True),
        (("llm",), (), True),
        ((), ("llm",), True),
        (("llm", "temporal"), ("llm", "backend"), True),
        (("llm",), ("backend",), False),
    ],
)
def test_they_are_linked_where_they_are_about_the_same(
    of_cause: tuple[str, ...], of_consequence: tuple[str, ...], *, linked: bool
) -> None:
    cause = rule("SD201", finding(endpoints=of_cause), causes=("SD4",))
    found = causes(cause, rule("SD402", finding(endpoints=of_consequence)))
    assert found["SD402 x"] == (("SD201",) if linked else ())


def test_of_two_findings_of_a_rule_the_one_about_the_same_is_the_cause() -> None:
    first, second = finding("a", endpoints=("llm",)), finding("b", endpoints=("backend",))
    found = causes(rule("SD201", first, second, causes=("SD4", "SD2")), rule("SD402", finding(endpoints=("backend",))))
    assert found == {"SD201 a": (), "SD201 b": (), "SD402 x": ("SD201",)}


def test_a_rule_without_findings_causes_nothing() -> None:
    assert causes(rule("SD201", causes=("SD4",)), rule("SD402", finding())) == {"SD402 x": ()}


def test_the_ends_of_the_chains_are_the_causes() -> None:
    found = causes(
        rule("SD202", finding(), causes=("SD3",)),
        rule("SD201", finding(), causes=("SD3", "SD4")),
        rule("SD301", finding(), causes=("SD402",)),
        rule("SD402", finding()),
    )
    assert found["SD301 x"] == found["SD402 x"] == ("SD201", "SD202")
    assert judged(rule("SD201", finding()), rule("SD202", finding())).summary.root_causes == 2


def test_a_circle_ends_where_it_was_entered() -> None:
    circle = (rule("SD201", finding(), causes=("SD3",)), rule("SD301", finding(), causes=("SD2",)))
    assert causes(*circle) == {"SD201 x": (), "SD301 x": ()}
    assert causes(*circle, rule("SD101", finding(), causes=("SD301",))) == {
        "SD101 x": (), "SD201 x": ("SD101",), "SD301 x": ("SD101",),
    }  # fmt: skip


def test_a_circle_that_is_entered_by_the_way_has_no_end() -> None:
    circle = (rule("SD201", finding(), causes=("SD3", "SD4")), rule("SD301", finding(), causes=("SD2", "SD4")))
    assert causes(*circle, rule("SD402", finding()))["SD402 x"] == ()


def test_a_consequence_of_two_ways_is_followed_once() -> None:
    found = causes(
        rule("SD101", finding(), causes=("SD201", "SD202")),
        rule("SD201", finding(), causes=("SD301",)),
        rule("SD202", finding(), causes=("SD301",)),
        rule("SD301", finding()),
    )
    assert found["SD301 x"] == ("SD101",)


def test_findings_are_in_the_order_of_severity_causes_first_then_code_and_subject() -> None:
    found = judged(
        rule("SD400", finding("info", severity=INFO), finding("warned", severity=WARNING)),
        rule("SD399", finding("consequence")),
        rule("SD398", finding("b"), finding("a"), causes=("SD399",)),
        rule("SD397", finding("last of the codes", severity=INFO)),
    ).findings
    assert [item.subject for item in found] == ["a", "b", "consequence", "warned", "last of the codes", "info"]


# ---- all together ----------------------------------------------------------------------------------------------------


def unasked(name: str) -> f.Facts:
    return replace(healthy(), **{name: NOT_MEASURED})


ABOUT_ALL = rule("SD200")


@pytest.mark.parametrize(
    ("rules", "status"),
    [
        ((ABOUT_ALL,), Status.PASS),
        ((ABOUT_ALL, rule("SD999", finding(severity=INFO))), Status.PASS),
        ((ABOUT_ALL, rule("SD999", finding(severity=WARNING))), Status.WARN),
        ((ABOUT_ALL, rule("SD999", finding())), Status.FAIL),
        ((rule("SD999", finding(), blocks_diagnosis=True),), Status.INCONCLUSIVE),
        ((rule("SD999", finding(severity=WARNING), blocks_diagnosis=True),), Status.INCONCLUSIVE),
        ((ABOUT_ALL, rule("SD999", blocks_diagnosis=True)), Status.PASS),
        ((ABOUT_ALL, rule("SD999", Skip(reason="a"))), Status.PASS),
        ((rule("SD999", Skip(reason="a")), rule("SD998", Skip(reason="a"))), Status.INCONCLUSIVE),
        ((ABOUT_ALL, rule("SD999", Skip(reason="a"), essential=True)), Status.INCONCLUSIVE),
        ((ABOUT_ALL, rule("SD999", essential=True)), Status.PASS),
        ((ABOUT_ALL, rule("SD999", Skip(reason="a"), finding(severity=WARNING), essential=True)), Status.WARN),
        ((), Status.INCONCLUSIVE),
    ],
)
def test_what_all_come_to(rules: tuple[Rule, ...], status: Status) -> None:
    assert judged(*rules).status is status


def test_a_service_that_could_not_be_asked_is_no_pass_and_a_warning_is_none_either() -> None:
    assert judged(ABOUT_ALL, facts=unasked("llm")).status is Status.INCONCLUSIVE
    assert judged(rule("SD200", finding(severity=WARNING)), facts=unasked("llm")).status is Status.INCONCLUSIVE
    assert judged(rule("SD200", finding()), facts=unasked("llm")).status is Status.FAIL


def test_an_error_of_a_file_does_not_say_why_a_service_was_not_asked() -> None:
    (service,) = [
        other for other in judged(ABOUT_ALL, rule("SD801", finding()), facts=unasked("llm")).services if other.reason
    ]
    assert (service.name, service.explained_by) == ("llm", ())


def test_what_is_suppressed_is_marked_and_counts_for_nothing() -> None:
    rules = (ABOUT_ALL, rule("SD301", finding(), causes=("SD4",)), rule("SD402", finding(severity=WARNING)))
    diagnosis = judged(*rules, suppressed=lambda code: code == "SD301")
    assert [row.suppressed for row in diagnosis.checks] == [False, True, False]
    assert {item.code: item.suppressed for item in diagnosis.findings} == {"SD301": True, "SD402": False}
    assert diagnosis.findings[1].caused_by == ("SD301",)
    assert (diagnosis.status, diagnosis.summary.root_causes, diagnosis.summary.fail) == (Status.WARN, 0, 1)


def test_what_is_suppressed_is_no_question_that_has_an_answer() -> None:
    skipped = rule("SD999", Skip(reason="a"), essential=True)
    assert judged(ABOUT_ALL, skipped, suppressed=lambda code: code == "SD999").status is Status.PASS
    other = rule("SD999", Skip(reason="a"))
    assert judged(rule("SD998"), other, suppressed=lambda code: code == "SD998").status is Status.INCONCLUSIVE


def test_the_summary_counts_what_became_of_the_rules_and_the_causes() -> None:
    def crash(no_such_fact: object) -> Judgement:
        del no_such_fact
        yield from ()

    summary = judged(
        rule("SD101"),
        rule("SD102"),
        rule("SD103", finding(severity=WARNING)),
        rule("SD201", finding("a"), finding("b"), causes=("SD4",)),
        rule("SD202", finding()),
        rule("SD402", finding()),
        rule("SD501", Skip(reason="a")),
        rule("SD502", Skip(reason="a")),
        rule("SD503", Skip(reason="a")),
        rule("SD504", Skip(reason="a")),
        Rule(code="SD999", severity=Severity.ERROR, check=crash),
    ).summary
    assert (summary.passed, summary.warn, summary.fail, summary.skip, summary.crash) == (2, 1, 3, 4, 1)
    assert summary.root_causes == 2  # codes, not findings


def test_what_was_looked_at_is_said() -> None:
    lookup = f.Lookup(asked="another", match=f.Match.FOUND)
    facts = replace(healthy(), lookup=lookup, redactions=(f.Redaction(rule="r", where="w", count=1),))
    diagnosis = judged(facts=facts)
    target = diagnosis.target
    assert (target.container, target.image) == ("stigmer-agent-runner", "stigmer-agent-runner:local")
    assert (target.engine, target.platform) == ("28.2.2 (API 1.50)", "Docker Desktop, aarch64")
    assert (diagnosis.tool.name, diagnosis.tool.version) == ("stigmer-doctor", "0.0.0-test")
    assert (diagnosis.generated_at, diagnosis.redactions) == (facts.collected_at, facts.redactions)


def test_of_what_was_not_looked_at_only_the_name_is_said() -> None:
    facts = replace(healthy(), container=NOT_MEASURED, engine=NOT_MEASURED)
    target = judged(facts=facts).target
    assert (target.container, target.image, target.engine, target.platform) == ("stigmer-agent-runner", "", "", "")
    assert judged(facts=replace(facts, lookup=NOT_MEASURED)).target.container == ""
