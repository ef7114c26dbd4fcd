"""A judge that remembers says what one says that does not."""

import pytest
from msgspec.structs import replace

from stigmer_doctor import profile
from stigmer_doctor.analysis.remembered import RememberedAnswers
from stigmer_doctor.judge import judge
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Finding, Remediation, Severity, Skip
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules.registry import RULES
from tests.healthy import healthy
from tests.rules.vary import failing

NEVER_MISSING = ["schema_version", "tool_version", "collected_at", "passive", "pre", "timeout_s", "source", "named"]
NEVER_MISSING += ["place", "search", "redactions"]
NO_TIME = iter(lambda: 0.0, None).__next__


def judged(facts: f.Facts, remembered: RememberedAnswers | None = None, *rules: Rule) -> object:
    return judge(facts, rules or RULES, profile.load(), clock=NO_TIME, remembered=remembered)


def test_it_says_the_same_of_facts_in_any_order() -> None:
    remembered, refused = RememberedAnswers(), failing("temporal", f.Outcome.REFUSED)
    ahead, in_pod = replace(healthy(), pre=True), replace(healthy(), place=f.Place.POD)
    for facts in (healthy(), refused, ahead, in_pod, replace(refused, logs=healthy().logs), healthy(), refused, ahead):
        assert judged(facts, remembered) == judged(facts)


@pytest.mark.parametrize("name", [name for name in f.Facts.__struct_fields__ if name not in NEVER_MISSING])
def test_no_fact_is_overlooked(name: str) -> None:
    """Also where all others are the same as before."""
    remembered, before = RememberedAnswers(), failing("temporal", f.Outcome.REFUSED)
    judged(before, remembered)
    after = replace(before, **{name: f.NotMeasured(reason="it was taken away")})
    assert judged(after, remembered) == judged(after)


@pytest.mark.parametrize(
    "other",
    [{"pre": True}, {"place": f.Place.POD}, {"collected_at": "2031-01-01T00:00:00Z"}, {"timeout_s": 0.1}],
    ids=str,
)
def test_no_circumstance_is_overlooked(other: dict[str, object]) -> None:
    remembered, before = RememberedAnswers(), failing("temporal", f.Outcome.TIMED_OUT)
    judged(before, remembered)
    assert judged(replace(before, **other), remembered) == judged(replace(before, **other))


def test_a_rule_is_asked_once_about_the_same_facts() -> None:
    asked = []

    def check(place: f.Place, engine: f.Engine) -> Judgement:
        asked.append(place)
        yield Skip(reason=engine.name)

    rule = Rule(code="SD101", severity=Severity.ERROR, check=check)
    remembered, facts = RememberedAnswers(), healthy()
    for some in (facts, replace(facts, collected_at="2031-01-01T00:00:00Z"), facts):
        judged(some, remembered, rule)
    assert len(asked) == 1
    assert isinstance(facts.engine, f.Engine)
    judged(replace(facts, engine=replace(facts.engine, name="another")), remembered, rule)
    assert len(asked) == 2


def test_a_crash_is_a_crash_again() -> None:
    def check(place: f.Place) -> Judgement:
        yield Finding(subject=place.value, message="", measured="", expected="", remediation=Remediation(text=""))
        raise ValueError(place)

    rule = Rule(code="SD101", severity=Severity.ERROR, check=check)
    remembered, facts = RememberedAnswers(), healthy()
    assert judged(facts, remembered, rule) == judged(facts, remembered, rule) == judged(facts, None, rule)
