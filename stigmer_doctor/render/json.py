"""The report as JSON, and its schema."""

from __future__ import annotations

from typing import Any

import msgspec

from stigmer_doctor.model.findings import Diagnosis
from stigmer_doctor.render.renderer import Display, Report


def render(report: Report, _: Display) -> str:
    """Every key is always there, in the order of the model; what is not known is "" or null."""
    return msgspec.json.format(msgspec.json.encode(report.diagnosis, order="deterministic"), indent=2).decode() + "\n"


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the report, generated from the model."""
    generated = msgspec.json.schema(Diagnosis)
    definitions: dict[str, Any] = generated["$defs"]
    for definition in definitions.values():
        # msgspec asks only for what has no default; the report always writes every key.
        if "properties" in definition:
            definition["required"] = list(definition["properties"])
    # A rule may leave it open, but a finding in a report was stamped by the judge.
    definitions["Finding"]["properties"]["severity"] = {"$ref": "#/$defs/Severity"}
    about = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "stigmer-doctor report"}
    return about | generated


def schema_text() -> str:
    """The schema as its file holds it."""
    return msgspec.json.format(msgspec.json.encode(schema()), indent=2).decode() + "\n"
