"""A few of the faults, each of one call: the whole matrix is `python -m tests.hostile`."""

from __future__ import annotations

import sys

import pytest

from tests.hostile.answers import CALLS, body_of, call_of
from tests.hostile.faults import FAULTS
from tests.hostile.matrix import run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the engine listens on a Unix socket")


def test_there_are_enough_faults() -> None:
    assert len(FAULTS) >= 50


def test_a_request_is_the_call_that_it_is() -> None:
    assert call_of("GET", "/v1.46/containers/json?all=1") == "list"
    assert call_of("GET", "/v1.46/images/json") == "images"
    assert call_of("GET", "/v1.46/images/sha256:1/json") == "image"
    assert call_of("GET", "/nothing") == ""


def test_every_call_has_a_decent_answer() -> None:
    assert all(isinstance(body_of(call), bytes) for call in CALLS)


def test_a_decent_engine_gets_a_report_of_what_is_wrong_with_its_runner() -> None:
    made = run("check")
    assert (made.code, made.problems) == (1, ()), made.output
    assert "SD204" in made.output


@pytest.mark.parametrize(
    ("call", "fault"),
    [("version", "html"), ("list", "fields-list"), ("inspect", "null"), ("exec-create", "500-html"), ("logs", "reset")],
)
def test_the_doctor_keeps_its_promises(call: str, fault: str) -> None:
    made = run("check", call, fault)
    assert not made.problems, made.output
