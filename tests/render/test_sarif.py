"""SARIF: valid by the standard's schema, with places and the changes that fix them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from stigmer_doctor import app, profile
from stigmer_doctor.render.renderer import Report
from stigmer_doctor.source.edits import applied
from tests.render.golden import sources
from tests.render.samples import SAMPLES, printed
from tests.source.compose_styles import IN_PLACE
from tests.source.judged import FILE, edits, facts_of, found

SCHEMA = "github.com/owenrumney/go-sarif/v3@v3.3.1"
"""A Go module that carries the standard's own schema."""
REPORTS: dict[str, Callable[[], Report]] = {"sources": sources, **SAMPLES}


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


@pytest.mark.parametrize("name", REPORTS)
def test_sarif_is_what_its_schema_says(name: str, schema: Any) -> None:
    faults = jsonschema.Draft4Validator(schema).iter_errors(document(REPORTS[name]()))
    assert [fault.message for fault in faults] == []


def test_sarif_names_the_places_and_carries_the_changes() -> None:
    results = {result["ruleId"]: result for result in document(sources())["runs"][0]["results"]}
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
