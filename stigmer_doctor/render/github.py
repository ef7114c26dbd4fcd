"""The report as commands of a GitHub workflow, which shows them at the lines that they are about."""

from __future__ import annotations

from collections.abc import Iterable

from stigmer_doctor.model.findings import Diagnosis, Severity
from stigmer_doctor.render.places import place

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(diagnosis: Diagnosis) -> str:
    """A line for each finding, and for each service that could not be asked."""
    return "".join(f"{line}\n" for line in _commands(diagnosis))


def _commands(diagnosis: Diagnosis) -> Iterable[str]:
    for each in diagnosis.findings:
        if each.suppressed:
            continue
        at = place(each)
        found = {"file": at.file, "line": at.line or 1, "col": at.column or 1} if at else {}
        properties = {**found, "title": f"{each.code} {each.name}"}
        written = ",".join(f"{key}={_escaped(str(value), also=':,')}" for key, value in properties.items())
        text = f"{each.message}. {each.remediation.text}"
        yield f"::{_LEVELS[each.severity or Severity.INFO]} {written}::{_escaped(text)}"
    for service in diagnosis.services:
        if service.unexplained:
            text = f"{service.title} was not measured to answer: {service.reason}"
            yield f"::error title=not a pass::{_escaped(text)}"


def _escaped(text: str, also: str = "") -> str:
    for each in f"%\r\n{also}":
        text = text.replace(each, f"%{ord(each):02X}")
    return text
