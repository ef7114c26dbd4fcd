"""A running container and the source tree that started it, diagnosed and fixed in one run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.lab.diagnosis import check
from tests.lab.lab import Lab
from tests.lab.repairs import fix, inspect
from tests.lab.scenarios import SCENARIOS
from tests.lab.services import ROOT
from tests.lab.standing import at

pytestmark = pytest.mark.lab

DAEMON = "client-apps/cli/internal/cli/daemon/daemon.go"


@pytest.fixture
def tree(desktop: Lab) -> Path:
    copy = desktop.home / "stigmer"
    shutil.copytree(ROOT / "fixtures" / "source" / "incident", copy)
    return copy


def test_the_report_says_which_line_the_container_got_it_from(desktop: Lab, tree: Path) -> None:
    SCENARIOS["incident"].bring_up(desktop)
    report = check(desktop, "--source", str(tree))
    assert {"SD201", "SD801", "SD901"} <= report.causes
    assert f"got this from {DAEMON}:26:3" in report.one("SD901")["message"]
    assert "the running container has it from here" in report.one("SD904")["message"]
    assert "got it from here" not in report.one("SD801")["message"]


def test_one_run_repairs_the_container_and_the_files(desktop: Lab, tree: Path) -> None:
    SCENARIOS["incident-daemon"].bring_up(desktop)
    before = (tree / DAEMON).read_bytes()
    done = fix(desktop, "--source", str(tree), "--yes", "--unsafe")
    assert done.returncode == 0, done.stderr
    report = check(desktop, "--source", str(tree))
    assert report.exit_code == 0, report.of("SD")
    for _ in range(2):
        undone = desktop.doctor("undo", "--yes")
        assert undone.returncode == 0, undone.stderr
    assert (tree / DAEMON).read_bytes() == before
    assert inspect(desktop)["HostConfig"]["NetworkMode"] == "host"


@at("linux-host")
def test_where_host_networking_is_the_users_the_compose_file_is_right(scene: Lab) -> None:
    compose = scene.home / "compose.yml"
    compose.write_text("services:\n  agent-runner:\n    image: stigmer-agent-runner\n    network_mode: host\n")
    assert "SD801" not in check(scene, "--compose", str(compose)).codes()
