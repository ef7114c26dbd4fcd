"""A rule's test is one grid: situations, and what the rule says in each. A test module has it as `GRID`, by rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.changes import lines
from stigmer_doctor.model.findings import CheckStatus, Evidence, Finding, Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.registry import RULES
from tests.rules.vary import diagnose

FOLDER = Path(__file__).parent


class Told(NamedTuple):
    """What a finding says. `message` and `advice` are telling parts of its message and of its remediation's text: "^"
    before a part stands for the beginning, "$" or a full stop after it for the end. The others are given whole. The
    lines of `changes` are those of `changes.lines`; `evidence` is "source locator: value", and `fix` how safe it is and
    the lines that it removes and adds; these two are not looked at where they are None."""

    subject: str
    measured: str
    expected: str
    endpoints: tuple[str, ...]
    message: str
    advice: str = ""
    severity: Severity = Severity.ERROR
    commands: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    evidence: tuple[str, ...] | None = None
    fix: tuple[str, ...] | None = None


class Case(NamedTuple):
    """`reason` is why the rule could not check, "" where it could."""

    situation: str
    facts: f.Facts
    told: tuple[Told, ...] = ()
    reason: str = ""


Grid = Mapping[Rule, Sequence[Case]]


def fires(situation: str, facts: f.Facts, *told: Told, reason: str = "") -> Case:
    assert told
    return Case(situation, facts, told, reason)


def does_not_fire(situation: str, facts: f.Facts) -> Case:
    return Case(situation, facts)


def not_checked(situation: str, facts: f.Facts, reason: str) -> Case:
    return Case(situation, facts, reason=reason)


def every_case(grid: Grid) -> pytest.MarkDecorator:
    """The parameters `rule` and `case`."""
    return pytest.mark.parametrize(
        ("rule", "case"),
        [
            pytest.param(rule, case, id=f"{rule.code}: {case.situation}")
            for rule, cases in grid.items()
            for case in cases
        ],
    )


def assert_told(rule: Rule, case: Case) -> None:
    """That the rule, asked alone (after all others where it comes last), says what the grid has: no more, no less and
    nothing else."""
    diagnosis = diagnose(case.facts, *(RULES if rule.last else (rule,)))
    (check,) = (check for check in diagnosis.checks if check.code == rule.code)
    findings = [finding for finding in diagnosis.findings if finding.code == rule.code]
    parts = case.told + (len(findings) - len(case.told)) * (Told("", "", "", (), ""),)
    said = tuple(_said(finding, told) for finding, told in zip(findings, parts, strict=False))
    assert said == case.told
    assert check.reason == case.reason
    assert check.status is _status(case)


def grids() -> dict[str, list[Case]]:
    """The cases of every rule, by its code."""
    found: dict[str, list[Case]] = {}
    for path in sorted(FOLDER.glob("*/test_*.py")):
        module = import_module(".".join((__package__ or "", path.parent.name, path.stem)))
        for rule, cases in getattr(module, "GRID", {}).items():
            found.setdefault(rule.code, []).extend(cases)
    return found


def _said(finding: Finding, told: Told) -> Told:
    """The finding in the grid's form. Where it holds the telling part, that stands for the whole text."""
    remediation = finding.remediation
    assert finding.severity
    return Told(
        subject=finding.subject,
        measured=finding.measured,
        expected=finding.expected,
        endpoints=finding.endpoints,
        message=_part(told.message, finding.message),
        advice=_part(told.advice, remediation.text),
        severity=finding.severity,
        commands=remediation.commands,
        changes=tuple(lines(remediation.changes)),
        evidence=None if told.evidence is None else tuple(map(_seen, finding.evidence)),
        fix=told.fix and fix_of(finding),
    )


def fix_of(finding: Finding) -> tuple[str, ...]:
    """The fix of the finding in the grid's form; what to write by hand stands there whole."""
    fix = finding.remediation.fix
    assert fix
    written = fix.diff.splitlines()
    changed = [line for line in written if fix.safety == "manual" or not line.startswith(("@@", "--- ", "+++ ", " "))]
    return (fix.safety, *changed)


def _seen(evidence: Evidence) -> str:
    return f"{evidence.source} {evidence.locator}: {evidence.value}"


def _part(told: str, text: str) -> str:
    """The part where the text has it, else the text."""
    part = told.removeprefix("^").removesuffix("$")
    begins = not told.startswith("^") or text.startswith(part)
    ends = not told.endswith(("$", ".")) or text.endswith(part)
    return told if begins and ends and part in text else text


def _status(case: Case) -> CheckStatus:
    severities = {told.severity for told in case.told}
    if Severity.ERROR in severities:
        return CheckStatus.FAIL
    if Severity.WARNING in severities:
        return CheckStatus.WARN
    return CheckStatus.SKIP if case.reason and not case.told else CheckStatus.PASS
