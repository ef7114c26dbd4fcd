"""The report as JUnit XML: a test case for each check."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.findings import Check, CheckStatus, Diagnosis, Finding, Severity
from stigmer_doctor.render.clean import one_line
from stigmer_doctor.render.renderer import Display, Report

_NOT_XML = compiled_later(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report, _: Display) -> str:
    """Errors are failures, warnings stand in the output of a case that passed; crashed rules are errors, and so are
    services that could not be asked, each a case of its own."""
    diagnosis = report.diagnosis
    count = diagnosis.summary
    unasked = [other for other in diagnosis.services if other.unexplained]
    suite = ET.Element(
        "testsuite",
        name=diagnosis.tool.name,
        timestamp=_clean(diagnosis.generated_at),
        tests=str(len(diagnosis.checks) + len(unasked)),
        failures=str(sum(_failed(check, diagnosis) for check in diagnosis.checks)),
        errors=str(count.crash + len(unasked)),
        skipped=str(count.skip),
        time=_seconds(sum(check.duration_ms for check in diagnosis.checks)),
    )
    properties = ET.SubElement(suite, "properties")
    ET.SubElement(properties, "property", name="fingerprint", value=diagnosis.fingerprint)
    for check in diagnosis.checks:
        suite.append(_case(check, diagnosis))
    for service in unasked:
        name = _clean(f"{service.title} answers")
        case = ET.SubElement(suite, "testcase", classname="stigmer-doctor", name=name, time="0")
        ET.SubElement(case, "error", message=_clean(service.reason))
    if diagnosis.left_out:
        lines = (_clean(f"not measured as a whole: {line}") for line in diagnosis.left_out)
        ET.SubElement(suite, "system-out").text = "\n".join(lines)
    ET.indent(suite)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(suite, encoding="unicode")}\n'


def _failed(check: Check, diagnosis: Diagnosis) -> bool:
    return any(_said(check, diagnosis, Severity.ERROR))


def _case(check: Check, diagnosis: Diagnosis) -> ET.Element:
    case = ET.Element(
        "testcase", classname="stigmer-doctor", name=f"{check.code} {check.name}", time=_seconds(check.duration_ms)
    )
    for message, text in _said(check, diagnosis, Severity.ERROR):
        ET.SubElement(case, "failure", message=message, type=check.code).text = text
    if check.status is CheckStatus.SKIP:
        ET.SubElement(case, "skipped", message=_clean(check.reason))
    if check.status is CheckStatus.CRASH:
        ET.SubElement(case, "error", message=_clean(check.reason))
    rest = [*_said(check, diagnosis, Severity.WARNING), *_said(check, diagnosis, Severity.INFO)]
    if rest:
        ET.SubElement(case, "system-out").text = "\n\n".join(text for _, text in rest)
    return case


def _said(check: Check, diagnosis: Diagnosis, severity: Severity) -> list[tuple[str, str]]:
    """Message and text of the check's findings of this severity."""
    return [
        (_clean(finding.message), _text(finding))
        for finding in diagnosis.findings
        if finding.code == check.code and finding.severity is severity and not finding.suppressed
    ]


def _text(finding: Finding) -> str:
    parts = (finding.message, f"measured: {finding.measured}", f"expected: {finding.expected}")
    return "\n".join(map(_clean, (*parts, f"to do: {finding.remediation.text}")))


def _clean(text: str) -> str:
    """On one line, without characters that XML cannot hold."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", one_line(text))


def _seconds(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.6f}"
