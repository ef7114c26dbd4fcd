"""Whole reports, as a person gets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from stigmer_doctor.render.json import schema_text
from tests.generated import generated
from tests.render.golden import FOLDER, reports


@pytest.mark.parametrize("path", reports(), ids=lambda path: path.name)
def test_the_report_is_the_golden_one(path: Path) -> None:
    assert path.read_text("utf-8") == reports()[path]


def test_the_shipped_schema_is_current() -> None:
    path = FOLDER.parents[1] / "stigmer_doctor" / "render" / "report.schema.json"
    assert path.read_text("utf-8") == schema_text(), "run `make docs`"


def test_the_rule_catalogue_is_current() -> None:
    path = FOLDER.parents[1] / "docs" / "rules.md"
    assert path.read_text("utf-8") == generated()[path], "run `make docs`"
