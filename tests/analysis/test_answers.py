"""What the services answered on both sides, and whether it is the same service."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from stigmer_doctor.analysis.answers import Answers, ServiceAnswers
from stigmer_doctor.model import facts as f
from tests.analysis.deriving import derived
from tests.healthy import NOT_MEASURED, healthy
from tests.rules.different import backend, compared, temporal


def asked(facts: f.Facts, name: str) -> ServiceAnswers:
    return derived(Answers, "answers", facts).of(name)


def test_each_service_has_its_answer_and_nobody_asked_any_other() -> None:
    facts = healthy()
    assert asked(facts, "temporal") == ServiceAnswers(facts.temporal)
    assert asked(replace(facts, llm=NOT_MEASURED), "llm").inside == NOT_MEASURED
    assert asked(facts, "postgres").inside == f.NotMeasured(reason="nobody asked it")


def test_only_what_did_answer_here_counts_as_an_answer_here() -> None:
    assert asked(compared("temporal", healthy()), "temporal").here == healthy().temporal
    silent = compared("temporal", healthy(), answered=f.Answered.TIMED_OUT)
    assert asked(silent, "temporal").here is None


@pytest.mark.parametrize(("answered", "silent"), [(f.Answered.YES, False), (f.Answered.TIMED_OUT, True)])
def test_a_service_that_gives_no_answer_is_silent(answered: f.Answered, silent: bool) -> None:
    assert asked(backend(answered), "backend").silent is silent


@pytest.mark.parametrize(
    ("inside", "here", "same"), [("a", "a", True), ("a", "b", False), ("", "", None), ("", "b", None), ("a", "", None)]
)
def test_temporal_is_told_by_its_cluster(inside: str, here: str, same: bool | None) -> None:
    facts = compared("temporal", temporal(cluster_id=inside), cluster_id=here)
    assert asked(facts, "temporal").same is same


def test_what_answers_here_only_is_not_what_is_reached_from_the_container() -> None:
    assert asked(compared("backend", backend(f.Answered.TIMED_OUT)), "backend").same is False


def test_nothing_tells_where_nobody_asked_here() -> None:
    assert asked(healthy(), "temporal").same is None
