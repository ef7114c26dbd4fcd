"""The report as commands of a GitHub workflow, which shows them at the lines that they are about."""

from __future__ import annotations

from collections.abc import Iterable

from stigmer_doctor.model.findings import Diagnosis, Severity
from stigmer_doctor.render.clean import one_line
from stigmer_doctor.render.places import place
from stigmer_doctor.render.renderer import Display, Report

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report, _: Display) -> str:
    """A line for each finding, and for each service that could not be asked; the fingerprint where there are any."""
    lines = list(_commands(report.diagnosis))
    if lines:
        lines.append(f"::notice title=fingerprint::{report.diagnosis.fingerprint}")
    return "".join(f"{line}\n" for line in lines)


def _commands(diagnosis: Diagnosis) -> Iterable[str]:
    for finding in diagnosis.findings:
        if finding.suppressed:
            continue
        at = place(finding)
        found = {"file": at.file, "line": at.line or 1, "col": at.column or 1} if at else {}
        properties = {**found, "title": f"{finding.code} {finding.name}"}
        written = ",".join(f"{key}={_escaped(str(value), also=':,')}" for key, value in properties.items())
        text = f"{finding.message}. {finding.remediation.text}"
        yield f"::{_LEVELS[finding.severity or Severity.INFO]} {written}::{_escaped(text)}"
    for line in diagnosis.left_out:
        yield f"::notice title=not measured as a whole::{_escaped(line)}"
    for service in diagnosis.services:
        if service.unexplained:
            text = f"{service.title} was not measured to answer: {service.reason}"
            yield f"::error title=not a pass::{_escaped(text)}"


def _escaped(text: str, also: str = "") -> str:
    text = one_line(text)  # a workflow's log is shown on a terminal too
    for char in f"%{also}":
        text = text.replace(char, f"%{ord(char):02X}")
    return text
