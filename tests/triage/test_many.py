"""A few of the mutated snapshots that `python -m tests.triage` feeds a store thousands of."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from stigmer_doctor.cli.main import main
from tests.triage import campaign
from tests.triage.mutated import written

pytest.importorskip("duckdb")


def test_verdicts_are_those_of_check_and_rejudge_finds_the_rule_that_is_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = written(tmp_path / "tickets", 60, seed=2)
    assert main(["triage", "add", str(tmp_path / "tickets"), "--store", str(tmp_path / "whole")], {}) == 0
    options = argparse.Namespace(seed=1, compared=30, rule="SD202")
    assert campaign.compared(tmp_path, files, options) == []
    assert campaign.judged_again(tmp_path, files, options) == []
    said = capsys.readouterr().out
    assert "30 of 30 verdicts" in said
    assert "it is a cause of 0" not in said
