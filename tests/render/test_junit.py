"""JUnit XML: a case for every check."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
from msgspec.structs import replace

from stigmer_doctor.render.renderer import Report
from tests.render.golden import sources
from tests.render.samples import SAMPLES, incident, printed

REPORTS: dict[str, Callable[[], Report]] = {"sources": sources, **SAMPLES}


@pytest.mark.parametrize("name", REPORTS)
def test_junit_has_a_case_for_every_check(name: str) -> None:
    report = REPORTS[name]()
    diagnosis = report.diagnosis
    suite = ET.fromstring(printed("junit", report))
    assert len(suite.findall("testcase")) == len(diagnosis.checks) == int(suite.attrib["tests"])
    failed = {case.attrib["name"].split()[0] for case in suite.findall("testcase") if case.find("failure") is not None}
    assert failed == {finding.code for finding in diagnosis.findings if finding.severity == "error"}


def test_a_snapshot_whose_time_is_an_escape_sequence_is_still_xml() -> None:
    made = incident()
    suite = ET.fromstring(printed("junit", made._replace(diagnosis=replace(made.diagnosis, generated_at="\x1b[2J"))))
    assert "[2J" in suite.attrib["timestamp"]
    assert "\x1b" not in suite.attrib["timestamp"]


def test_nothing_in_a_finding_is_obeyed_by_a_terminal_or_ends_its_line() -> None:
    made = incident()
    findings = tuple(replace(other, message="a\x1b[2J\u202e\nb") for other in made.diagnosis.findings)
    suite = ET.fromstring(printed("junit", made._replace(diagnosis=replace(made.diagnosis, findings=findings))))
    failure = next(suite.iter("failure"))
    assert failure.attrib["message"] == "a\\x1b[2J\\u202e\\nb"
    assert (failure.text or "").startswith("a\\x1b[2J\\u202e\\nb\nmeasured: ")
