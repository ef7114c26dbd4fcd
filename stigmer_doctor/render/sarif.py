"""The report as SARIF 2.1.0, for code scanning: findings with their places, and the changes that fix them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import stigmer_doctor
from stigmer_doctor.model.edits import Edit, Span
from stigmer_doctor.model.findings import Check, Diagnosis, Finding, Severity
from stigmer_doctor.render.places import place
from stigmer_doctor.render.renderer import Display, Report
from stigmer_doctor.rules.addresses import page_address
from stigmer_doctor.rules.fingerprint import VERSION

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(report: Report, _: Display) -> str:
    """One run; every rule is listed, also one that could not be checked."""
    diagnosis = report.diagnosis
    run = {
        "tool": {
            "driver": {
                "name": diagnosis.tool.name,
                "version": diagnosis.tool.version,
                **({"informationUri": stigmer_doctor.HOME_PAGE} if stigmer_doctor.HOME_PAGE else {}),
                "rules": [_rule(check) for check in diagnosis.checks],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, diagnosis) for finding in diagnosis.findings if not finding.suppressed],
        "invocations": [{"executionSuccessful": not diagnosis.summary.crash, **_left_out(diagnosis)}],
        "properties": {"fingerprint": diagnosis.fingerprint},
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _left_out(diagnosis: Diagnosis) -> dict[str, object]:
    """What was not measured as a whole, where there is any."""
    notes = [{"level": "note", "message": {"text": f"not measured as a whole: {line}"}} for line in diagnosis.left_out]
    return {"toolExecutionNotifications": notes} if notes else {}


def _rule(check: Check) -> dict[str, Any]:
    title, address = check.name.replace("-", " "), page_address(check.code)
    return {
        "id": check.code,
        "name": title.title().replace(" ", ""),
        "shortDescription": {"text": title},
        "help": {"text": f"stigmer-doctor rule {check.code}"},
        **({"helpUri": address} if address else {}),
    }


def _result(finding: Finding, diagnosis: Diagnosis) -> dict[str, Any]:
    codes = [check.code for check in diagnosis.checks]
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": _LEVELS[finding.severity or Severity.INFO],
        "message": {"text": f"{finding.message}. Expected: {finding.expected}. {finding.remediation.text}"},
        "locations": [_location(finding, diagnosis)],
        "partialFingerprints": {f"diagnosis/v{VERSION}": diagnosis.fingerprint},
    }
    if finding.remediation.edits:
        result["fixes"] = [_fix(finding)]
    return result


def _location(finding: Finding, diagnosis: Diagnosis) -> dict[str, Any]:
    at = place(finding)
    if at is None:
        return {"logicalLocations": [{"name": diagnosis.target.container or finding.subject, "kind": "resource"}]}
    region = {"region": {"startLine": at.line, "startColumn": max(at.column, 1)}} if at.line else {}
    return {"physicalLocation": {"artifactLocation": _artifact(at.file), **region}}


def _artifact(file: str) -> dict[str, str]:
    """Relative paths are relative to the root of the source."""
    if file.startswith("/"):
        return {"uri": f"file://{quote(file)}"}
    return {"uri": quote(file), "uriBaseId": "%SRCROOT%"}


def _fix(finding: Finding) -> dict[str, Any]:
    by_file: dict[str, list[Edit]] = {}
    for edit in finding.remediation.edits:
        by_file.setdefault(edit.span.file, []).append(edit)
    changes = [
        {"artifactLocation": _artifact(file), "replacements": [*map(_replacement, edits)]}
        for file, edits in by_file.items()
    ]
    return {"description": {"text": finding.remediation.text}, "artifactChanges": changes}


def _replacement(edit: Edit) -> dict[str, Any]:
    return {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
