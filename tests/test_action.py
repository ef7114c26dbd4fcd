"""action.yml: its check, run with bash as a runner of GitHub runs it. What it installs is the doctor of this tree."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
INPUTS = {name: str(item["default"]) for name, item in ACTION["inputs"].items()}
STEPS = {step["id"]: step for step in ACTION["runs"]["steps"]}
BASH = shutil.which("bash")

needs_bash = pytest.mark.skipif(BASH is None, reason="bash is not installed")


def environment(tree: Path, inputs: dict[str, str]) -> dict[str, str]:
    """The variables of the check's step, with the expressions in them evaluated."""
    values = {f"inputs.{name}": value for name, value in {**INPUTS, **inputs}.items()}
    values["steps.install.outputs.doctor"] = str(Path(sys.executable).with_name("stigmer-doctor"))
    said = {name: re.fullmatch(r"\$\{\{ (\S+) \}\}", text) for name, text in STEPS["check"]["env"].items()}
    written = {name: values[match[1]] for name, match in said.items() if match}
    assert set(written) == set(said)
    return {**written, "PATH": "/usr/bin:/bin", "GITHUB_OUTPUT": str(tree / "github-output"), "HOME": str(tree)}


def check(tree: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    assert BASH
    script = STEPS["check"]["run"]
    return subprocess.run(
        [BASH, "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=tree, env=environment(tree, inputs), capture_output=True, text=True, timeout=120,
    )  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "fixtures" / "source" / "incident", tmp_path, dirs_exist_ok=True)
    return tmp_path


def test_no_script_has_an_expression_in_it() -> None:
    """An expression is put into the text of a script before a shell reads it."""
    assert ACTION["runs"]["using"] == "composite"
    assert [name for name, step in STEPS.items() if "${{" in step["run"]] == []


@needs_bash
def test_findings_become_annotations_and_fail_the_job(tree: Path) -> None:
    done = check(tree)
    assert done.returncode == 1, done.stderr
    assert re.search(r"^::error file=.*compose\.yml,line=6,.*SD801", done.stdout, re.MULTILINE)
    assert (tree / "github-output").read_text() == "exit-code=1\n"


@needs_bash
def test_sarif_goes_into_a_file_and_a_level_can_be_named(tree: Path) -> None:
    done = check(tree, format="sarif", args="--source . --select SD8,SD9\n--fail-on never")
    assert (done.returncode, done.stdout) == (0, "")
    results = json.loads((tree / "stigmer-doctor.sarif").read_text())["runs"][0]["results"]
    assert {"SD801", "SD901"} <= {result["ruleId"] for result in results}


@needs_bash
@pytest.mark.parametrize(
    "inputs",
    [
        {"format": "text"},
        {"args": "--source . $(touch${IFS}owned) ;touch owned"},
        {"format": 'github"; touch owned; "'},
    ],
    ids=["a-format-that-quotes", "a-command-in-args", "a-command-in-format"],
)
def test_inputs_are_words_and_never_commands(tree: Path, inputs: dict[str, Any]) -> None:
    done = check(tree, **inputs)
    assert done.returncode == 2
    assert not (tree / "owned").exists()


def test_the_page_lists_every_input_with_its_default() -> None:
    page = (ROOT / "docs" / "github-action.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| .* \| `(.+)` \|$", page, re.MULTILINE))
    assert rows == INPUTS


def test_the_workflows_of_the_page_read_only_what_they_need() -> None:
    page = (ROOT / "docs" / "github-action.md").read_text("utf-8")
    flows: list[dict[str, Any]] = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)]
    assert [flow["permissions"]["contents"] for flow in flows] == ["read", "read"]
    used = {step["uses"] for flow in flows for step in flow["jobs"]["doctor"]["steps"]}
    assert "OWNER/stigmer-doctor@COMMIT" in used
