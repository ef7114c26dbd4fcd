"""A tree like a real one, changed in small ways: each verdict is the true one, and depends on nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.source.go_changes import CHANGES
from tests.source.go_trees import tree
from tests.source.judged import edits, found, repaired

ROOT = Path(__file__).parents[2]


def verdict(files: dict[str, bytes]) -> tuple[str, ...]:
    return tuple(sorted(finding.code for finding in found(files, "SD90") if finding.severity != "info"))


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_is_judged_as_it_is(name: str) -> None:
    assert verdict(tree(CHANGES[name])) == CHANGES[name].codes


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(sorted(CHANGES)), st.integers(0, 90))
def test_unrelated_functions_change_no_verdict(name: str, number: int) -> None:
    assert verdict(tree(CHANGES[name], number)) == CHANGES[name].codes


def test_the_verdict_does_not_hang_on_the_hash_seed() -> None:
    program = (
        "from tests.source.go_changes import CHANGES\nfrom tests.source.go_trees import tree\n"
        "from tests.source.judged import found\n"
        "for each in list(CHANGES)[::4]:\n"
        "    print(each, [(f.code, f.subject, f.message) for f in found(tree(CHANGES[each]), 'SD90')])\n"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(said) == 1


@pytest.mark.skipif(not shutil.which("gofmt"), reason="gofmt is not installed")
@pytest.mark.parametrize("name", [change for change in CHANGES if "SD901" in CHANGES[change].codes])
def test_what_is_repaired_is_go_and_guarded(name: str) -> None:
    files = tree(CHANGES[name])
    made = edits(found(files, "SD901"))
    for file in {edit.span.file for edit in made}:
        files[file] = repaired(files[file], [edit for edit in made if edit.span.file == file])
        done = subprocess.run(["gofmt", "-e"], input=files[file], capture_output=True)
        assert done.returncode == 0, done.stderr
    assert not made or "SD901" not in verdict(files)
