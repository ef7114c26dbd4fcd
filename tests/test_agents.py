"""AGENTS.md: what it tells a program to run and to read is there, and it tells it to change nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from stigmer_doctor.cli.command_line import parse

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "AGENTS.md").read_text("utf-8")
COMMANDS = re.findall(r"`stigmer-doctor ([a-z]+ [^`]*--json)`", PAGE)
SCHEMA = (ROOT / "stigmer_doctor" / "render" / "report.schema.json").read_text("utf-8")


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_of_the_table_is_one_that_only_looks(line: str) -> None:
    options = parse(line.split(), {})
    assert options.format == "json"
    assert options.command in ("check", "topology", "rule") or options.dry_run


def test_the_table_names_keys_of_the_report() -> None:
    found = json.loads(SCHEMA)["$defs"]
    keys = {key for struct in found.values() for key in struct.get("properties", {})}
    named = {"status", "findings", "caused_by", "suppressed", "remediation", "commands", "changes", "edits", "services"}
    named |= {"reason", "checks", "left_out", "fix_run", "plans", "fingerprint", "pre"}
    assert len(COMMANDS) == 6
    assert named <= keys
    assert [key for key in named if key not in PAGE] == []


def test_what_changes_things_needs_the_user() -> None:
    assert re.search(r"`fix`, `undo` and `ticket` only when the user asked", PAGE)
