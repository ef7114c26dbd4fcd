"""What a lab test asks of a JSON report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from tests.lab.lab import Lab
from tests.lab.services import ROOT

CONNECTION = ("SD401", "SD402", "SD403", "SD501", "SD502", "SD503", "SD601", "SD602", "SD603")
NETWORK = ("SD2",)


@dataclass(frozen=True)
class Report:
    """A validated report and the exit code it came with."""

    exit_code: int
    document: Mapping[str, Any]

    @property
    def causes(self) -> set[str]:
        """The root causes: errors that nothing else explains."""
        return {
            finding["code"]
            for finding in self.document["findings"]
            if self._error(finding) and not finding["caused_by"]
        }

    def codes(self, *severities: str) -> set[str]:
        """The codes found, of any severity when none is named."""
        return {
            finding["code"]
            for finding in self.document["findings"]
            if not severities or finding["severity"] in severities
        }

    def of(self, *prefixes: str) -> list[Mapping[str, Any]]:
        """The findings whose code starts so."""
        return [finding for finding in self.document["findings"] if finding["code"].startswith(prefixes)]

    def one(self, code: str) -> Mapping[str, Any]:
        (found,) = self.of(code)
        return found

    def check(self, code: str) -> Mapping[str, Any]:
        """What became of the rule."""
        (row,) = (other for other in self.document["checks"] if other["code"] == code)
        return dict(row)

    @staticmethod
    def _error(finding: Mapping[str, Any]) -> bool:
        return bool(finding["severity"] == "error" and not finding["suppressed"])


def check(lab: Lab, *options: str, env: Mapping[str, str] | None = None) -> Report:
    """Run `check --format json` on the user's machine; the report is valid and nothing is on standard error."""
    done = lab.doctor("check", "--format", "json", *options, env=env)
    assert done.stderr == "", done.stderr
    return Report(done.returncode, valid(done.stdout))


def valid(text: str) -> Mapping[str, Any]:
    """The document, once it has been checked against the shipped schema."""
    document: Mapping[str, Any] = json.loads(text)
    jsonschema.validate(document, schema())
    return document


def same(one: str, other: str) -> bool:
    """Whether two JSON reports say the same; how long each check took is the machine's business."""
    return bool(_without_durations(one) == _without_durations(other))


def _without_durations(text: str) -> Any:
    document = json.loads(text)
    for other in document["checks"]:
        del other["duration_ms"]
    return document


@cache
def schema() -> Mapping[str, Any]:
    path = Path(ROOT, "stigmer_doctor", "render", "report.schema.json")
    loaded: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded
