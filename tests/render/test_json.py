"""The JSON report and its schema."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from stigmer_doctor.render.renderer import Report
from tests.render.samples import SAMPLES, incident, printed


def shipped() -> dict[str, Any]:
    """The schema that comes with the package."""
    from importlib import resources

    text = resources.files("stigmer_doctor.render").joinpath("report.schema.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@pytest.mark.parametrize("name", SAMPLES)
def test_the_report_validates_against_the_shipped_schema(name: str) -> None:
    Draft202012Validator.check_schema(shipped())
    assert list(Draft202012Validator(shipped()).iter_errors(json.loads(printed("json", SAMPLES[name]())))) == []


def test_the_schema_refuses_a_report_without_one_of_its_keys() -> None:
    for key in json.loads(printed("json", incident())):
        partial = json.loads(printed("json", incident()))
        del partial[key]
        assert not Draft202012Validator(shipped()).is_valid(partial), key


def test_the_keys_are_the_documented_ones() -> None:
    document = json.loads(printed("json", incident()))
    assert list(document) == [
        "schema_version", "tool", "generated_at", "target", "status", "fingerprint", "pre", "summary", "checks",
        "findings", "services", "redactions", "left_out", "fix_run",
    ]  # fmt: skip
    assert list(document["summary"]) == ["pass", "warn", "fail", "skip", "crash", "root_causes"]
    assert {*document["findings"][0]} >= {
        "code", "name", "severity", "subject", "message", "measured", "expected", "evidence", "caused_by", "doc",
        "remediation", "suppressed",
    }  # fmt: skip
    assert {*document["findings"][0]["remediation"]} >= {"text", "commands", "fix"}
    assert document["findings"][0]["evidence"][0].keys() == {"source", "locator", "value"}


def test_the_same_diagnosis_is_the_same_text() -> None:
    assert printed("json", incident()) == printed("json", incident())


def test_whatever_a_text_holds_comes_back() -> None:
    diagnosis, facts = incident()
    text = 'a"\\\n\x00\u2028<é>'
    changed = replace(diagnosis, findings=(replace(diagnosis.findings[0], message=text),))
    assert json.loads(printed("json", Report(changed, facts)))["findings"][0]["message"] == text
