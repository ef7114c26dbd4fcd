"""A few of the faults, each of one call: the whole matrix is `python -m tests.hostile`."""

from __future__ import annotations

import re
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
    ("command", "call", "fault"),
    [
        ("check", "ping", "html"),
        ("check", "version", "html"),
        ("check", "list", "fields-list"),
        ("check", "inspect", "null"),
        ("check", "exec-create", "500-html"),
        ("check", "logs", "reset"),
        ("topology", "info", "leaves-object"),
        ("fix", "diff", "fields-number"),
        ("snapshot", "image", "endless-body"),
    ],
)
def test_the_doctor_keeps_its_promises(command: str, call: str, fault: str) -> None:
    made = run(command, call, fault)
    assert not made.problems, made.output


@pytest.mark.parametrize(("command", "call"), [("check", "inspect"), ("topology", "info"), ("fix", "diff")])
def test_what_an_engine_refuses_is_named_with_its_words_and_ends_with_3(command: str, call: str) -> None:
    made = run(command, call, "403")
    assert made.code == 3
    _, pattern, _ = CALLS[call]
    assert re.search(rf"refused GET {pattern}: no, says the engine", " ".join(made.output.split())), made.output
