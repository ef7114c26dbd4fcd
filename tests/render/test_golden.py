"""Whole reports, as a person or a program gets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.render.golden import GOLDEN, reports


@pytest.mark.parametrize("path", reports(), ids=lambda path: path.name)
def test_the_report_is_the_golden_one(path: Path) -> None:
    assert path.read_text("utf-8") == reports()[path], "run `python -m tests.render.golden`, and look at what changed"


def test_no_golden_report_is_left_over() -> None:
    assert set(GOLDEN.iterdir()) == set(reports())
