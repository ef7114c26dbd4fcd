"""The incident's own source tree: found at the right places, fixed to what the incident's report says, undone."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stigmer_doctor.model.fixes import FILE_STEPS, FixStep
from tests.lab import killed

ROOT = Path(__file__).parents[2]
INCIDENT = ROOT / "fixtures" / "source" / "incident"
REPAIRED = ROOT / "fixtures" / "source" / "repaired"  # the files that differ from the incident's
DAEMON = "client-apps/cli/internal/cli/daemon/daemon.go"
SERVER = "client-apps/cli/cmd/stigmer/root/server.go"
COMPOSE = "backend/services/agent-runner/docker-compose.yml"
PLACES = {
    "SD801": f"{COMPOSE}:6:19",
    "SD802": f"{COMPOSE}:11:9",
    "SD901": f"{DAEMON}:26:3",
    "SD902": f"{DAEMON}:42:2",
    "SD903": f"{SERVER}:15:11",
    "SD904": f"{DAEMON}:32:22",
    "SD905": f"{DAEMON}:34:48",
}
needs_go = pytest.mark.skipif(not shutil.which("go"), reason="go is not installed")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    copy = tmp_path / "stigmer"
    shutil.copytree(INCIDENT, copy)
    return copy


def doctor(tree: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The doctor, for the source files only, with a state folder of the test's own."""
    environment = {
        "PATH": f"{Path(sys.executable).parent}:/usr/local/go/bin:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(tree.parent),
    }
    done = subprocess.run(
        [sys.executable, "-m", "stigmer_doctor", *words],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "Traceback" not in done.stderr
    return done


def check(tree: Path) -> tuple[int, dict[str, str]]:
    done = doctor(tree, "check", "--select", "SD8,SD9", "--source", str(tree), "--format", "json")
    return done.returncode, {finding["code"]: finding["subject"] for finding in json.loads(done.stdout)["findings"]}


def files(tree: Path) -> dict[str, bytes]:
    return {str(path.relative_to(tree)): path.read_bytes() for path in sorted(tree.rglob("*")) if path.is_file()}


def repaired_files() -> dict[str, bytes]:
    """The whole tree as it is meant to be."""
    return files(INCIDENT) | files(REPAIRED)


def fix(tree: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return doctor(tree, "fix", "--select", "SD8,SD9", "--source", str(tree), *words)


def undo(tree: Path) -> subprocess.CompletedProcess[str]:
    return doctor(tree, "undo", "--yes")


def test_every_fault_is_found_at_its_line_and_column(tree: Path) -> None:
    assert check(tree) == (1, PLACES)


def test_one_run_repairs_all_and_the_check_is_content(tree: Path) -> None:
    before = files(tree)
    done = fix(tree, "--yes", "--unsafe")
    assert done.returncode == 0, done.stderr
    assert files(tree) == repaired_files()
    assert check(tree) == (0, {})
    assert undo(tree).returncode == 0
    assert files(tree) == before


def test_a_repair_of_files_needs_no_engine(tree: Path) -> None:
    done = doctor(tree, "fix", "--host", f"unix://{tree}/none.sock", "--source", str(tree), "--yes", "--unsafe")
    assert (done.returncode, "Fixed and verified" in done.stderr) == (0, True), done.stderr
    assert doctor(tree, "fix", "--host", f"unix://{tree}/none.sock", "--source", str(tree), "--yes").returncode == 3


def test_only_what_was_selected_counts(tree: Path) -> None:
    done = doctor(tree, "fix", "--select", "SD802", "--source", str(tree), "--yes")
    assert (done.returncode, "Fixed and verified" in done.stderr) == (0, True), done.stderr
    assert "SD801" in check(tree)[1]


def test_without_unsafe_the_rest_is_said_and_left(tree: Path) -> None:
    before = files(tree)
    done = fix(tree, "--yes")
    assert done.returncode == 1, done.stderr
    assert "Fixed 5 of 7" in done.stderr
    assert done.stderr.count("Left to you: ") == 2
    assert "--unsafe" in done.stdout
    assert check(tree) == (1, {"SD903": PLACES["SD903"], "SD905": f"{DAEMON}:39:48"})
    assert fix(tree, "--yes", "--unsafe").returncode == 0
    assert undo(tree).returncode == 0
    assert undo(tree).returncode == 0
    assert files(tree) == before


def test_nothing_is_written_without_consent_or_in_a_dry_run(tree: Path) -> None:
    before = files(tree)
    assert fix(tree).returncode == 2
    assert fix(tree, "--dry-run").returncode == 0
    assert files(tree) == before


def test_mode_and_links_are_kept(tree: Path) -> None:
    daemon = tree / DAEMON
    daemon.chmod(0o640)
    real = tree / "real.yml"
    (tree / COMPOSE).rename(real)
    (tree / COMPOSE).symlink_to(real)
    assert doctor(tree, "fix", "--compose", str(tree / COMPOSE), "--select", "SD8", "--yes").returncode == 0
    assert fix(tree, "--yes", "--unsafe").returncode == 0
    assert daemon.stat().st_mode & 0o777 == 0o640
    assert (tree / COMPOSE).is_symlink()
    assert b"STIGMER_BACKEND_ENDPOINT" in real.read_bytes()


def test_a_file_that_was_changed_since_is_not_put_back(tree: Path) -> None:
    assert fix(tree, "--yes", "--unsafe").returncode == 0
    (tree / SERVER).write_text("package root\n")
    after = files(tree)
    done = undo(tree)
    assert done.returncode == 5
    assert "was changed since" in done.stderr
    assert files(tree) == after


def test_uncommitted_changes_are_said(tree: Path) -> None:
    def git(*words: str) -> None:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.invalid"]
        subprocess.run(["git", "-C", str(tree), *identity, *words], check=True, capture_output=True)

    git("init")
    git("add", ".")
    git("commit", "-m", "as it was")
    assert "not committed" not in fix(tree, "--dry-run").stdout
    (tree / COMPOSE).write_bytes((tree / COMPOSE).read_bytes() + b"# mine\n")
    assert "not committed" in " ".join(fix(tree, "--dry-run").stdout.split())
    assert fix(tree, "--yes").returncode == 1
    assert (tree / COMPOSE).read_bytes().endswith(b"# mine\n")


@needs_go
def test_the_real_toolchain_agrees(tree: Path) -> None:
    module = tree / "client-apps" / "cli"

    def said(*words: str) -> str:
        done = subprocess.run(words, cwd=module, capture_output=True, text=True)
        return done.stdout + done.stderr

    assert "expected operand, found '}'" in said("gofmt", "-l", "-e", ".")
    assert said("go", "vet", "./...")
    assert fix(tree, "--yes", "--unsafe").returncode == 0
    assert said("gofmt", "-l", "-e", ".") == ""
    assert said("go", "vet", "./...") == ""
    assert said("go", "build", "./...") == ""


@needs_go
def test_the_method_that_does_not_exist_alone_keeps_it_from_being_built(tree: Path) -> None:
    assert fix(tree, "--yes").returncode == 1
    done = subprocess.run(["go", "vet", "./..."], cwd=tree / "client-apps" / "cli", capture_output=True, text=True)
    assert "progress.Update undefined" in done.stderr


def test_a_folder_that_is_none_and_a_file_that_is_none_are_said_in_one_line(tree: Path) -> None:
    for words in (("--source", str(tree / "nope")), ("--compose", str(tree / "nope.yml"))):
        done = doctor(tree, "check", *words)
        assert done.returncode == 2
        assert len(done.stderr.splitlines()) == 1


def test_the_tree_is_found_from_a_folder_in_it(tree: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "stigmer_doctor", "check", "--select", "SD8,SD9", "--format", "json"],
        cwd=tree / "client-apps", env={"PATH": "/usr/bin:/bin", "HOME": str(tree), "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True,
    )  # fmt: skip
    assert {finding["code"] for finding in json.loads(done.stdout)["findings"]} == set(PLACES)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("finished", [False, True])
@pytest.mark.parametrize("step", FILE_STEPS, ids=lambda step: step.name)
def test_a_kill_at_every_step_leaves_all_files_as_they_were_or_all_repaired(
    tree: Path, step: FixStep, finished: bool
) -> None:
    before = files(tree)
    environment = {
        **os.environ,
        "HOME": str(tree.parent),
        "STIGMER_DOCTOR_SELECT": "SD8,SD9",
        "STIGMER_DOCTOR_SOURCE": str(tree),
        "STIGMER_DOCTOR_UNSAFE": "1",
    }
    doctor = subprocess.run(killed.command(step, finished=finished), env=environment, cwd=ROOT, capture_output=True)
    assert doctor.returncode == -signal.SIGKILL
    recovered = fix(tree, "--yes", "--unsafe")
    verified = step is FixStep.VERIFY and finished
    assert recovered.returncode == (0 if verified else 4), recovered.stderr
    assert files(tree) == (repaired_files() if verified else before)
