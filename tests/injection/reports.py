"""Situations, and what is printed of one: the report in every format, the plan of a fix, what changed since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from msgspec.structs import replace

from stigmer_doctor import app, profile
from stigmer_doctor.analysis.finding_changes import finding_changes
from stigmer_doctor.analysis.traits.compared import fact_changes
from stigmer_doctor.fix import plan as planning
from stigmer_doctor.judge import judge
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.differences import Diff
from stigmer_doctor.model.findings import Diagnosis, FixRun
from stigmer_doctor.model.fixes import Plan
from stigmer_doctor.model.profile import Profile
from stigmer_doctor.render import remediation_steps
from stigmer_doctor.render.formats import FORMATS, renderer
from stigmer_doctor.render.renderer import Display, Report
from stigmer_doctor.rules.registry import RULES
from tests.render.samples import incident_facts, native_linux
from tests.rules.situations import FIRING

Given = tuple[f.Facts, Profile]
_OF_FACTS = ("text", "markdown", "html")
WIDE = Display(width=1_000_000)


@cache
def situations() -> tuple[Given, ...]:
    """Facts of which the doctor prints commands: one for each rule, and those of whole reports; a container of compose
    and one without, an engine that was named and one that was not."""
    found = [incident_facts(), native_linux().facts, *(make() for makes in FIRING.values() for make in makes[:1])]
    printing = [facts for facts in found if list(truth(reported((facts, profile.load()))))]
    named = f.EngineSearch(endpoint="unix:///named.sock", source="--context", context="named", local=True)
    some_named = (replace(facts, search=named) if n % 3 == 0 else facts for n, facts in enumerate(printing))
    return tuple((facts, profile.load()) for facts in some_named)


_before: dict[int, Report] = {}
_last: list[tuple[Given, Report]] = []


def reported(given: Given) -> Report:
    """The diagnosis takes no time, so that equal ones are equal. It is asked for twice in a row."""
    if not (_last and _last[0][0] is given):
        facts, known = given
        _last[:] = [(given, Report(judge(facts, RULES, known, clock=lambda: 0.0), facts))]
    return _last[0][1]


def truth(made: Report) -> Iterator[str]:
    """The commands that the text has to have."""
    for step in remediation_steps.commands(*made):
        yield from step.commands


def pages(given: Given, before: Given) -> Mapping[str, str]:
    """By format, without those that are what they were: most are made of the diagnosis alone."""
    was, made = _unchanged(before), reported(given)
    same = made.diagnosis == was.diagnosis
    if same and given[0] is before[0]:
        return {}
    names = _OF_FACTS if same else FORMATS["report"]
    found = {name: renderer("report", name)(made, WIDE) for name in names}
    found |= {} if same else _fix(made)
    return found | _changes(given, before, made.diagnosis)


def _unchanged(before: Given) -> Report:
    if id(before) not in _before:
        _before[id(before)] = reported(before)
    return _before[id(before)]


def _fix(made: Report) -> dict[str, str]:
    container = made.facts.container
    if isinstance(container, f.NotMeasured):
        return {}
    planned = planning.plan(planning.wanted(made.diagnosis, ()), container, kept=("/a",))
    return plan_pages(planned, made)


def plan_pages(planned: Plan, made: Report) -> dict[str, str]:
    """What `fix --dry-run` prints."""
    run = FixRun(exit_code=0, plans=(planned,), said=("Planned.",))
    whole = made._replace(diagnosis=replace(made.diagnosis, fix_run=run))
    return {
        "fix text": renderer("plan", "text")(planned, WIDE),
        "fix json": renderer("report", "json")(whole, WIDE),
    }


def _changes(given: Given, before: Given, now: Diagnosis) -> dict[str, str]:
    was = _unchanged(before).diagnosis
    found = Diff(
        before=app._side("before.json", before[0], was),
        after=app._side("after.json", given[0], now),
        facts=tuple(fact_changes(before[0], given[0], given[1])),
        findings=tuple(finding_changes(was, now)),
        left_out=0,
    )
    return {f"diff {name}": renderer("diff", name)(found, WIDE) for name in FORMATS["diff"]}
