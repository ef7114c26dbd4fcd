"""`check --wait` and `check --watch`: several looks, of which the last one counts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count

import pytest
from msgspec.structs import replace

from stigmer_doctor import app, profile
from stigmer_doctor.cli import check, watch
from stigmer_doctor.cli.main import main
from stigmer_doctor.model import facts as f
from stigmer_doctor.render.live import line, screen
from stigmer_doctor.render.renderer import Display, Report
from tests.healthy import healthy
from tests.rules.vary import failing

NOBODY: dict[str, str] = {}
REFUSED = failing("temporal", f.Outcome.REFUSED)


def report(facts: f.Facts) -> Report:
    return Report(app.diagnose(facts, profile.load()), facts)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[f.Facts]:
    """What each look sees, the next one first; nothing is slept for."""
    facts: list[f.Facts] = []
    monkeypatch.setattr(check, "gather", lambda *_, **__: facts.pop(0))
    monkeypatch.setattr(watch, "BETWEEN_S", 0.0)
    return facts


def test_a_wait_ends_with_the_first_look_that_works(seen: list[f.Facts], capsys: pytest.CaptureFixture[str]) -> None:
    seen += [REFUSED, REFUSED, healthy(), REFUSED]
    assert main(["check", "--wait", "60", "--json", "--no-keep-pass"], NOBODY) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["status"] == "pass"
    (told,) = shown.err.splitlines()
    assert told[8:].startswith(" FAIL  ✓ Stigmer backend host.docker.internal:7234 ")
    assert "✗ Temporal host.docker.internal:7233 refused" in told
    assert len(seen) == 1


def test_a_wait_that_is_over_reports_how_things_stand(seen: list[f.Facts], capsys: pytest.CaptureFixture[str]) -> None:
    seen += [REFUSED] * 3
    assert main(["check", "--wait", "0.000001", "--json"], NOBODY) == 1
    assert json.loads(capsys.readouterr().out)["status"] == "fail"
    assert len(seen) == 2


def test_a_watch_says_what_changes_until_it_is_ended(
    seen: list[f.Facts], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(*_: object, **__: object) -> f.Facts:
        if not seen:
            raise KeyboardInterrupt
        return seen.pop(0)

    monkeypatch.setattr(check, "gather", ended)
    seen += [REFUSED, REFUSED, healthy(), healthy(), REFUSED]
    assert main(["check", "--watch"], NOBODY) == 130
    lines = capsys.readouterr().out.splitlines()
    assert [told[9:].partition(" ")[0] for told in lines] == ["FAIL", "PASS", "FAIL"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--snapshot", "x.json", "--wait"), "a snapshot does not change"),
        (("--snapshot", "x.json", "--watch"), "a snapshot does not change"),
        (("--pre", "--pod", "x"), "--pre plans a container on an engine"),
        (("--snapshot", "x.json", "--pre"), "a snapshot says what was looked at"),
        (("--passive", "--save-snapshot", "-"), "the report and its snapshot are two documents"),
        (("--passive", "--save-snapshot", "x", "--output", "x"), "the report and its snapshot are two documents"),
        (("--watch", "--wait"), "goes on for ever"),
        (("--watch", "--json"), "goes on for ever"),
        (("--watch", "--output", "x"), "goes on for ever"),
    ],
)
def test_what_makes_no_sense_is_refused(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", *arguments], NOBODY) == 2
    assert said in capsys.readouterr().err


def test_looks_sleep_between_and_not_before() -> None:
    done: list[str] = []
    numbers = count()

    def look() -> Report:
        done.append(f"look {next(numbers)}")
        return report(healthy())

    several: Iterator[Report] = watch.looks(look, lambda seconds: done.append(f"{seconds:g} s"))
    next(several)
    next(several)
    assert done == ["look 0", "2 s", "look 1"]


def test_the_screen_shows_the_verdict_and_the_links() -> None:
    shown = screen(report(REFUSED), Display())
    assert shown.startswith("FAIL  ")
    assert "host.docker.internal:7233" in shown
    assert "✗ refused" in shown


def test_a_line_is_one_line_whatever_it_says() -> None:
    facts = replace(healthy(), configuration=f.NotMeasured(reason="a\nb\x1b[2J"))
    shown = line(report(facts), Display())
    assert shown.count("\n") == 1
    assert "\x1b" not in shown
