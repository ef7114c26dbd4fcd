"""What a line of the log says without what the runner puts before it."""

from __future__ import annotations

from stigmer_doctor.analysis.log import message

PREFIX = "2026-01-22 03:27:15,000 - root - ERROR - "


def test_only_the_first_prefix_is_taken_off() -> None:
    assert message(f"{PREFIX}no route") == "no route"
    assert message(f"{PREFIX}said: {PREFIX}no route") == f"said: {PREFIX}no route"
