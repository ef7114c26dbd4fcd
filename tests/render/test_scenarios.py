"""Every scenario that was recorded on the lab: what is accused, and what holds for any report of it."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest

from stigmer_doctor.render.json import schema_text
from stigmer_doctor.render.markdown import LONGEST
from stigmer_doctor.render.renderer import Display
from tests.render.golden import diagnosed, recorded
from tests.render.samples import printed

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
    "pod-base": {"SD204", "SD301"},
    "pod-replicas": set(),
    "proxy": {"SD208"},
    "report-fix": {"SD204"},
    "shared-host": set(),
    "stopped": {"SD112"},
    "temporal-down": {"SD507"},
}


@pytest.mark.parametrize("name", recorded())
def test_the_causes_are_those_of_the_scenario(name: str) -> None:
    found = diagnosed(name).diagnosis.findings
    assert {finding.code for finding in found if finding.root_cause} == CAUSES[name]


@pytest.mark.parametrize("unicode", [True, False])
@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("name", recorded())
def test_text_keeps_within_its_columns_but_for_commands(name: str, width: int, unicode: bool) -> None:
    report = diagnosed(name)
    lines = printed("text", report, Display(width=width, unicode=unicode)).splitlines()
    command = re.compile(r"(?: {2,}|\S.*Next: )(?:stigmer-doctor|docker|kubectl|temporal|ollama|stigmer|sudo|tr|[-|&])")
    assert [line for line in lines if len(line) > width and not (command.match(line) or line.endswith("\\"))] == []
    ending = " ".join(lines[-2:])
    assert report.diagnosis.status.value.upper() in ending
    assert "Next: " in ending or ending.endswith("Nothing to do.")


@pytest.mark.parametrize("name", recorded())
def test_markdown_fits_into_an_issue(name: str) -> None:
    assert len(printed("markdown", diagnosed(name))) <= LONGEST


@pytest.mark.parametrize("name", recorded())
def test_json_is_valid_by_the_shipped_schema_and_has_a_row_for_every_check(name: str) -> None:
    report = json.loads(printed("json", diagnosed(name)))
    jsonschema.validate(report, json.loads(schema_text()))
    assert [row["code"] for row in report["checks"]] == [check.code for check in diagnosed(name).diagnosis.checks]


@pytest.mark.parametrize("name", recorded())
def test_the_last_lines_count_every_check(name: str) -> None:
    count = diagnosed(name).diagnosis.summary
    said = f"{len(diagnosed(name).diagnosis.checks)} checks: {count.passed} passed, {count.fail} failed, "
    assert said in " ".join(printed("text", diagnosed(name)).split())
    assert said in printed("markdown", diagnosed(name))
