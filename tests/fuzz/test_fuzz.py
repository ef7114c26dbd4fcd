"""A few broken cases of each kind, always the same, and those that once broke the doctor.

`python -m tests.fuzz` goes on for as long as one likes.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from unittest import mock

import pytest

from stigmer_doctor.collect import source
from stigmer_doctor.render import text
from tests.fuzz import limits
from tests.fuzz.campaign import Campaign
from tests.fuzz.case import COMPOSE, FILE, KINDS, SNAPSHOT, Case, dump, load
from tests.fuzz.drive import Driver, Failure, malformed
from tests.fuzz.seeds import SEEDS
from tests.fuzz.smaller import smaller

FOUND = sorted((Path(__file__).parent / "found").glob("*.json"))
RUNS = 4

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it has no timers that interrupt")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_that_is_broken_breaks_the_doctor(kind: str, tmp_path: Path) -> None:
    tally = Campaign([kind], "1", tmp_path, thorough=False).run(runs=RUNS)
    assert tally.found == []
    assert tally.runs >= RUNS


@pytest.mark.parametrize("file", FOUND, ids=lambda path: str(path.stem))
def test_what_broke_it_once_does_not_any_more(file: Path, tmp_path: Path) -> None:
    assert Driver(tmp_path).run(load(file.read_bytes())).failure is None


def test_a_case_is_saved_and_loaded() -> None:
    case = Case(COMPOSE, {"a": b"\xff", "b": "é".encode()}, ("--verbose",))
    assert load(dump(case)) == case


# ---- every failure is noticed ----------------------------------------------------------------------------------------


def _incident() -> Case:
    return next(case for case in SEEDS[SNAPSHOT]())


def _raising(*_: object, **__: object) -> None:
    raise KeyError("x")


def test_an_internal_error_is_noticed_with_its_place(tmp_path: Path) -> None:
    with mock.patch.object(text, "render", _raising):
        failure = Driver(tmp_path).run(_incident()).failure
    assert failure
    assert failure.problem == "internal error, KeyError"


def test_an_error_that_costs_a_fact_is_noticed(tmp_path: Path) -> None:
    with mock.patch.object(source, "compose", _raising):
        failure = Driver(tmp_path).run(Case(COMPOSE, {"compose.yml": b""}, thorough=False)).failure
    assert failure
    assert failure.problem == "contained, KeyError"


def test_a_fix_that_is_not_taken_back_is_noticed(tmp_path: Path) -> None:
    driver, case = Driver(tmp_path), next(case for case in SEEDS[COMPOSE]())
    run = driver._command
    with mock.patch.object(driver, "_command", lambda *argv: 0 if argv[0] == "undo" else run(*argv)):
        assert driver.run(case).failure == Failure("not as it was", "after undo", "")


def test_what_takes_too_long_or_too_much_is_noticed() -> None:
    with mock.patch.object(limits, "CPU_S", 0.05):
        spent = limits.limited(lambda: _turning(time.monotonic() + 20))
    assert isinstance(spent.error, limits.TooLong)
    if limits.MEASURES:
        with mock.patch.object(limits, "MOST_BYTES", 1 << 20):  # beyond what the allocator keeps for later
            assert isinstance(limits.limited(lambda: b"x" * (64 << 20)).error, limits.TooMuch)


def _turning(until: float) -> None:
    while time.monotonic() < until:
        pass


def test_a_document_that_is_not_one_is_noticed() -> None:
    assert malformed("{", ("--format", "json"))
    assert malformed("<a>", ("--format", "junit"))
    assert malformed("a\x1b[2J", ())
    assert not malformed("a\nb", ("--format", "github"))


def test_a_case_is_made_as_small_as_it_can_be() -> None:
    case = Case(SNAPSHOT, {FILE: b'{"a": [1, {"b": "bad"}], "c": "long"}', "other": b"x"})
    small = smaller(case, lambda other: b"bad" in other.files.get(FILE, b""))
    assert len(small.files[FILE]) < 12
    assert "other" not in small.files
