"""What was probably meant by a name that nobody knows."""

from __future__ import annotations

import pytest

from stigmer_doctor.analysis.alike import did_you_mean, nearest

KNOWN = ("text", "json", "markdown", "html", "--context", "--container", "--compose", "--config")


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("ma", ["markdown"]),
        ("MARK", ["markdown"]),
        ("--co", ["--context", "--container", "--compose"]),
        ("jsno", ["json"]),
        ("md", ["markdown"]),
        ("--ctx", ["--context"]),
        ("--cfg", ["--config"]),
        ("m", ["markdown"]),
        ("n", []),
        ("dm", []),
        ("--", []),
        ("", []),
        ("zzz", []),
    ],
)
def test_the_nearest_names(word: str, near: list[str]) -> None:
    """The beginning of a name tells more than its letters, and these more than an abbreviation."""
    assert nearest(word, KNOWN) == near


def test_the_question_names_what_is_near() -> None:
    assert did_you_mean("ma", KNOWN) == "did you mean markdown?"
    assert did_you_mean("--cont", KNOWN) == "did you mean --context or --container?"
    assert did_you_mean("zzz", KNOWN, "no") == "no"
