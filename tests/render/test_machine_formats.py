"""SARIF, JUnit and workflow commands, of source files and of a container."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from stigmer_doctor import app, profile
from stigmer_doctor.model import facts as f
from stigmer_doctor.render.renderer import Report
from stigmer_doctor.source.edits import applied
from tests.render.samples import SAMPLES, printed
from tests.source.compose_styles import IN_PLACE
from tests.source.judged import FILE, edits, facts_of, found

SCHEMA = "github.com/owenrumney/go-sarif/v3@v3.3.1"
"""A Go module that carries the standard's overrides schema."""


def sources() -> f.Facts:
    root = Path("fixtures/source/incident")
    return facts_of({str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()})


def report_of(name: str) -> Report:
    """The incident's sources, or a sample of the reports."""
    if name != "sources":
        return SAMPLES[name]()
    selected = app.selection(("SD8", "SD9"), ())
    return Report(app.diagnose(sources(), profile.load(), selected), sources())


def document(report: Report) -> Any:
    return json.loads(printed("sarif", report))


@pytest.fixture(scope="module")
def schema() -> Any:
    if not shutil.which("go"):
        pytest.skip("go, which gets the schema, is not installed")
    said = subprocess.run(
        ["go", "mod", "download", "-json", SCHEMA], capture_output=True, text=True, check=True, cwd="/"
    )
    code = (Path(json.loads(said.stdout)["Dir"]) / "pkg/report/v210/sarif/schema.go").read_text()
    match = re.search(r"const schema = `(.*?)`\s*$", code, re.DOTALL | re.MULTILINE)
    assert match
    return json.loads(match[1])


@pytest.mark.parametrize("name", ["sources", *SAMPLES])
def test_sarif_is_what_its_schema_says(name: str, schema: Any) -> None:
    faults = jsonschema.Draft4Validator(schema).iter_errors(document(report_of(name)))
    assert [fault.message for fault in faults] == []


def test_sarif_names_the_places_and_carries_the_changes() -> None:
    results = {result["ruleId"]: result for result in document(report_of("sources"))["runs"][0]["results"]}
    region = results["SD901"]["locations"][0]["physicalLocation"]
    assert region["artifactLocation"]["uri"].endswith("daemon/daemon.go")
    assert (region["region"]["startLine"], region["region"]["startColumn"]) == (26, 3)
    assert {code for code, item in results.items() if item.get("fixes")} == set(results)


def test_the_changes_in_sarif_repair_the_file() -> None:
    text = IN_PLACE["letters-of-all-kinds"]
    facts = facts_of({FILE: text.encode()})
    results = document(Report(app.diagnose(facts, profile.load()), facts))["runs"][0]["results"]
    lines = text.splitlines(keepends=True)

    def offset(line: int, column: int) -> int:
        return sum(map(len, lines[: line - 1])) + column - 1

    replacements = [
        (
            offset(replacement["deletedRegion"]["startLine"], replacement["deletedRegion"]["startColumn"]),
            offset(replacement["deletedRegion"]["endLine"], replacement["deletedRegion"]["endColumn"]),
            replacement["insertedContent"]["text"],
        )
        for result in results
        for fix in result.get("fixes", [])
        for change in fix["artifactChanges"]
        for replacement in change["replacements"]
    ]
    after = text
    for start, end, inserted in sorted(replacements, reverse=True):
        after = after[:start] + inserted + after[end:]
    assert after == applied(text, edits(found({FILE: text.encode()})))


@pytest.mark.parametrize("name", ["sources", *SAMPLES])
def test_junit_has_a_case_for_every_check(name: str) -> None:
    report = report_of(name)
    diagnosis = report.diagnosis
    suite = ET.fromstring(printed("junit", report))
    assert len(suite.findall("testcase")) == len(diagnosis.checks) == int(suite.attrib["tests"])
    failed = {case.attrib["name"].split()[0] for case in suite.findall("testcase") if case.find("failure") is not None}
    assert failed == {finding.code for finding in diagnosis.findings if finding.severity == "error"}


def test_workflow_commands_stand_on_one_line_each() -> None:
    report = report_of("sources")
    lines = printed("github", report).splitlines()
    assert len(lines) == len(report.diagnosis.findings)
    assert lines[0].startswith(
        "::error file=backend/services/agent-runner/docker-compose.yml,line=6,col=19,title=SD801"
    )
