"""What is too much to be judged is left out, and the report says so."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from stigmer_doctor import app, judge, profile, snapshot
from stigmer_doctor.analysis import bounds, unread_variables
from stigmer_doctor.analysis.bounds import bounded, measurable
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Diagnosis
from stigmer_doctor.model.source import ComposeFiles, Problem
from stigmer_doctor.render.formats import FORMATS
from stigmer_doctor.render.renderer import Report
from tests.healthy import environment, healthy
from tests.render.samples import printed

PROFILE = profile.load()


def with_variables(*names: str) -> f.Facts:
    made = healthy()
    assert isinstance(made.container, f.Container)
    more = environment(**dict.fromkeys(names, "x"))
    return replace(made, container=replace(made.container, environment=(*more, *made.container.environment)))


def with_reads(facts: f.Facts, *names: str) -> f.Facts:
    assert isinstance(facts.contract, f.Contract)
    more = tuple(f.Read(name=name) for name in names)
    return replace(facts, contract=replace(facts.contract, reads=(*more, *facts.contract.reads)))


def diagnosed(facts: f.Facts) -> Diagnosis:
    return app.diagnose(facts, PROFILE)


def test_of_a_real_runner_nothing_is_left_out() -> None:
    assert bounded(healthy(), PROFILE) == bounds.Bounded(healthy(), ())
    assert measurable(healthy()) is not None
    assert measurable(healthy()) == healthy()


def test_of_60_000_variables_those_that_are_read_are_judged() -> None:
    made = bounded(with_variables(*(f"X_{number}" for number in range(60_000)), "STIGMER_BACKEND_URL"), PROFILE)
    kept, before = made.facts.container, healthy().container
    assert isinstance(kept, f.Container)
    assert isinstance(before, f.Container)
    assert len(kept.environment) == bounds.MOST_VARIABLES
    assert {variable.name for variable in before.environment} <= {variable.name for variable in kept.environment}
    assert kept.variable("STIGMER_BACKEND_URL")
    assert made.left_out == ("1,000 of 60,014 variables were judged, those that are read first",)


def test_of_100_000_reads_those_of_what_is_set_are_judged() -> None:
    facts = with_variables("STIGMER_LAST")
    made = bounded(with_reads(facts, *(f"R_{number}" for number in range(100_000)), "STIGMER_LAST"), PROFILE)
    assert isinstance(made.facts.contract, f.Contract)
    assert len(made.facts.contract.reads) == bounds.MOST_READS
    assert made.facts.contract.knows("STIGMER_LAST")
    assert made.facts.contract.doubt
    assert "2,000 of 100," in made.left_out[0]


def test_of_1_000_000_lines_the_last_are_judged() -> None:
    logs = f.Logs(lines=(*("x",) * 999_999, "y" * 10_000), before_start=999_990)
    made = bounded(replace(healthy(), logs=logs), PROFILE)
    assert made.facts.logs == f.Logs(
        lines=(*("x",) * 49_999, "y" * bounds.LONGEST_LINE), truncated=True, before_start=49_990
    )
    assert len(made.left_out) == 2


def test_a_fact_with_too_many_parts_is_not_measured() -> None:
    made = healthy()
    assert isinstance(made.configuration, f.Configuration)
    much = replace(made, configuration=replace(made.configuration, endpoints=made.configuration.endpoints * 1000))
    for facts in (measurable(much), snapshot.load(snapshot.dump(much), "x.json")):
        assert isinstance(facts.configuration, f.NotMeasured)
        assert "more of it than is judged" in facts.configuration.reason
        assert diagnosed(facts).status == "inconclusive"


def test_what_cannot_be_cut_of_a_container_makes_it_not_measured() -> None:
    made = healthy()
    assert isinstance(made.container, f.Container)
    assert isinstance(measurable(with_variables(*map(str, range(5000)))).container, f.Container)
    much = replace(made, container=replace(made.container, extra_hosts=("a:1.2.3.4",) * 3000))
    assert isinstance(measurable(much).container, f.NotMeasured)


def test_the_report_says_what_was_left_out() -> None:
    facts = with_variables(*(f"STIGMER_{number}" for number in range(1500)))
    diagnosis = diagnosed(facts)
    assert diagnosis.left_out == (
        "1,000 of 1,513 variables were judged, those that are read first",
        "SD305: it was stopped after 200 findings",
    )
    assert sum(finding.code == "SD305" for finding in diagnosis.findings) == judge.MOST_FINDINGS
    for name in FORMATS["report"].keys() - {"prometheus"}:  # which has numbers only
        said = " ".join(printed(name, Report(diagnosis, facts)).replace("\\", "").split())
        assert "1,000 of 1,513 variables were judged" in said


def test_a_name_is_compared_with_a_bounded_number_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    likeness = unread_variables._likeness

    def counted(name: str, known: str) -> float:
        compared.append(known)
        return likeness(name, known)

    monkeypatch.setattr(unread_variables, "_likeness", counted)
    facts = with_reads(with_variables("STIGMER_ABCDEF"), *(f"STIGMER_ABCDE_{number:04}" for number in range(1000)))
    diagnosed(facts)
    assert len(compared) < 200
    compared.clear()
    diagnosed(with_reads(with_variables("STIGMER_0123456789"), *(f"STIGMER_9876543210_{at}" for at in range(1000))))
    assert len(compared) < 300


@pytest.mark.parametrize(
    ("one", "other"),
    [("TASK_QUEUE", "TASK_QUEU"), ("STIGMER_LLM_MODEL", "STIGMER_LLM_MODLE"), ("A_B_C", "C_B_A"), ("ABC", "XYZ")],
)
def test_what_is_spared_would_not_have_been_alike(one: str, other: str) -> None:
    from difflib import SequenceMatcher

    alike = SequenceMatcher(None, one, other).ratio() >= 0.93
    assert not alike or unread_variables._may_be_alike(one, other)


@pytest.mark.parametrize("more", [0, 1])
def test_a_fact_may_have_as_many_parts_as_the_bound_says(more: int) -> None:
    listeners = f.Listeners(ports=tuple(range(bounds.MOST_PARTS + more)))
    found = measurable(replace(healthy(), listeners=listeners)).listeners
    assert isinstance(found, f.NotMeasured) is bool(more)


@pytest.mark.parametrize("more", [0, 1])
def test_a_source_tree_may_have_ten_times_as_many(more: int) -> None:
    problem = Problem(file="compose.yaml", message="is wrong")
    empty = ComposeFiles(files=(), contract=f.Contract(source=f.ContractSource.PROFILE, reads=()))
    found = measurable(replace(healthy(), compose=replace(empty, problems=(problem,) * (20_000 + more)))).compose
    assert isinstance(found, f.NotMeasured) is bool(more)


def test_as_much_as_is_judged_is_not_cut() -> None:
    made = healthy()
    assert isinstance(made.container, f.Container)
    assert isinstance(made.contract, f.Contract)
    facts = replace(
        with_variables(*map(str, range(bounds.MOST_VARIABLES - len(made.container.environment)))),
        logs=f.Logs(lines=("x" * bounds.LONGEST_LINE,) * bounds.MOST_LINES),
    )
    facts = with_reads(facts, *map(str, range(bounds.MOST_READS - len(made.contract.reads))))
    assert bounded(facts, PROFILE) == bounds.Bounded(facts, ())
