"""Whole reports, as a person gets them, of the scenarios that were recorded on the lab."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from stigmer_doctor.render.json import schema_text
from tests.generated import ROOT, generated
from tests.render.golden import GOLDEN, diagnosed, recorded, reports

# What each scenario is about: nothing more may be accused, and nothing less.
CAUSES = {
    "backend-down": {"SD406"},
    "alias-elsewhere": {"SD203"},
    "black-hole": {"SD206"},
    "created": {"SD112"},
    "healthy": set(),
    "incident": {"SD201", "SD301"},
    "incident-daemon": {"SD201"},
    "invalid-setting": {"SD306"},
    "linux-bridge": {"SD202", "SD205"},
    "linux-firewall": {"SD206"},
    "linux-mapped": {"SD205"},
    "linux-host": set(),
    "llm-both-names": set(),
    "llm-down": {"SD604"},
    "llm-old-name": {"SD301"},
    "llm-renamed": {"SD301"},
    "network-none": {"SD207"},
    "no-forwarding": {"SD205"},
    "no-interpreter": set(),
    "no-proxy": set(),
    "paused": {"SD112"},
    "proxy": {"SD208"},
    "report-fix": {"SD204"},
    "shared-host": set(),
    "stopped": {"SD112"},
    "temporal-down": {"SD507"},
}


@pytest.mark.parametrize("path", reports(), ids=lambda path: path.name)
def test_the_report_is_the_golden_one(path: Path) -> None:
    assert path.read_text("utf-8") == reports()[path], "run `python -m tests.render.golden`, and look at what changed"


def test_no_golden_report_is_left_over() -> None:
    assert set(GOLDEN.iterdir()) == set(reports())


@pytest.mark.parametrize("name", recorded())
def test_the_causes_are_those_of_the_scenario(name: str) -> None:
    diagnosis, _ = diagnosed(name)
    assert {finding.code for finding in diagnosis.findings if finding.root_cause} == CAUSES[name]


@pytest.mark.parametrize("name", recorded())
def test_text_keeps_within_80_columns_but_for_commands(name: str) -> None:
    for line in reports()[GOLDEN / f"{name}.txt"].splitlines():
        assert len(line) <= 80 or line.startswith("   "), line


@pytest.mark.parametrize("name", recorded())
def test_markdown_fits_into_an_issue(name: str) -> None:
    assert len(reports()[GOLDEN / f"{name}.md"]) < 65_000


@pytest.mark.parametrize("name", recorded())
def test_json_is_valid_by_the_shipped_schema(name: str) -> None:
    import json

    jsonschema.validate(json.loads(reports()[GOLDEN / f"{name}.json"]), json.loads(schema_text()))


@pytest.mark.parametrize("path", generated(), ids=lambda path: path.name)
def test_generated_files_are_current(path: Path) -> None:
    assert path.read_text("utf-8") == generated()[path], f"{path.relative_to(ROOT)}: run `make docs`"
