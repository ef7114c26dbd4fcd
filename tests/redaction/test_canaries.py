"""No planted secret is shown anywhere; the whole table is printed by `python -m tests.canaries`."""

from __future__ import annotations

import pytest

from stigmer_doctor.redaction.redactor import SecretRedactor
from stigmer_doctor.render.formats import FORMATS
from tests.canaries.invented import Invented
from tests.canaries.planted import Planted
from tests.canaries.written import leaks, planned, reports, tickets


def test_no_canary_survives_in_any_report() -> None:
    planted = Planted()
    assert len(planted.canaries) >= 100
    written = reports(planted)
    assert {outcome.channel.partition(",")[0] for outcome in written} > set(FORMATS["report"])
    assert leaks(planted, written) == set()


def test_no_invented_way_shows_a_secret() -> None:
    invented = Invented()
    assert leaks(invented, reports(invented, ("json",))) == set()


def test_no_canary_survives_in_a_ticket_or_in_a_diff() -> None:
    planted = Planted()
    written = tickets(planted)
    assert len(written) >= 8
    assert any("What is different" in outcome.text for outcome in written)
    assert leaks(planted, written) == set()


def test_no_canary_survives_in_a_dry_run() -> None:
    planted = Planted()
    assert leaks(planted, planned(planted)) == set()


@pytest.mark.parametrize("word", ["bridge", "host", "docker", "7234", "runner", "STIGMER"])
def test_a_report_is_the_same_with_a_secret_that_is_a_common_word(word: str) -> None:
    def report(secret: str) -> list[str]:
        planted = Planted(empty=True)
        planted.raw["Config"]["Env"].append(f"MY_SECRET={secret}")
        written = reports(planted, ("text", "markdown"))
        return [outcome.text for outcome in written if outcome.channel.endswith(", stdout")]

    assert report(word) == report("Q8-otherwise")


def test_a_planted_leak_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    planted = Planted()
    monkeypatch.setattr(SecretRedactor, "sweep", lambda _, fact: fact)
    assert {("image", "snapshot file"), ("mount", "snapshot file")} <= leaks(planted, reports(planted))
