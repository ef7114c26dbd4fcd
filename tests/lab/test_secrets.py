"""A canary in every place where a secret can hide is in no document and no error output of any format."""

from __future__ import annotations

import sys

import pytest

from tests.lab.lab import READY, Lab
from tests.lab.scenarios import ALIAS, ALL, daemon_environment
from tests.lab.standing import looked_at

pytestmark = pytest.mark.lab

CANARY = "Canary-5f0c8e7a91"
URL_CANARY = "urlcanary77"
HEALTH = ["/bin/sh", "-c", f"echo {CANARY}; exit 1"]


@pytest.fixture
def hiding(desktop_session: Lab) -> Lab:
    """A lab with many secrets, at which the tests only look."""
    looked_at(desktop_session, "hiding", _hide)
    return desktop_session


def _hide(desktop: Lab) -> None:
    """A runner with secrets in its variables, labels, command, URL, healthcheck, log options and log."""
    desktop.services.start(*ALL)
    runner = desktop.run(
        env=daemon_environment(
            ANTHROPIC_API_KEY=CANARY,
            SOME_UNKNOWN_VARIABLE=f"{CANARY}-unknown",
            http_proxy="",
            STIGMER_LLM_BASE_URL=f"http://user:{URL_CANARY}@{ALIAS}:11434",
            STIGMER_API_KEY=f"{CANARY}-api",
        ),
        config={
            "labels": {"note": CANARY, "password": f"{CANARY}-label"},
            "command": [
                "/app/.venv/bin/python",
                "main.py",
                f"--token={CANARY}-argument",
                "--api-key",
                f"{CANARY}-next",
            ],
            "healthcheck": {
                "test": ["CMD", *HEALTH],
                "interval": 10**9,
                "retries": 1,
            },
        },
    )
    runner.wait_log(READY)
    written = runner.engine.exec_create(
        runner.id, ["/bin/sh", "-c", f"echo 'password={CANARY}-log Authorization: Bearer {CANARY}' > /proc/1/fd/1"]
    )
    runner.engine.exec_start(written["Id"])
    runner.wait_log(f"{CANARY}-log")


@pytest.mark.parametrize("kind", ["text", "markdown", "json"])
def test_no_report_holds_a_secret(hiding: Lab, kind: str) -> None:
    done = hiding.doctor("check", "--format", kind, "--verbose")
    assert "hidden" in done.stdout or "not-on-the-allow-list" in done.stdout
    for secret in (CANARY, URL_CANARY):
        assert secret not in done.stdout
        assert secret not in done.stderr


def test_no_snapshot_holds_a_secret(hiding: Lab) -> None:
    file = hiding.home / "snapshot.json"
    done = hiding.doctor("snapshot", str(file))
    text = file.read_text()
    assert done.returncode == 0
    assert "hidden" in text
    for secret in (CANARY, URL_CANARY):
        assert secret not in text + done.stdout + done.stderr


def test_no_secret_of_the_address_is_in_an_error(hiding: Lab) -> None:
    done = hiding.doctor("check", "--verbose", env={"DOCKER_HOST": f"tcp://user:{URL_CANARY}@127.0.0.1:1"})
    assert done.returncode == 3
    assert URL_CANARY not in done.stdout + done.stderr


def test_no_secret_is_in_a_process_argument(hiding: Lab) -> None:
    """Everything seen to run while a check runs, but for the container's own command and health check."""
    watcher = (
        "import subprocess, sys, pathlib\n"
        "check = subprocess.Popen([sys.executable, '-m', 'stigmer_doctor', 'check'], stdout=subprocess.DEVNULL)\n"
        "seen = set()\n"
        "while check.poll() is None:\n"
        "    for each in pathlib.Path('/proc').glob('[0-9]*/cmdline'):\n"
        "        try: seen.add(each.read_text(errors='replace'))\n"
        "        except OSError: pass\n"
        f"health = '\\0'.join({HEALTH!r})\n"
        "print('\\n'.join(line for line in seen if 'main.py' not in line and line.rstrip('\\0') != health))\n"
    )
    done = hiding.as_user([sys.executable, "-c", watcher])
    assert "stigmer_doctor" in done.stdout
    for secret in (CANARY, URL_CANARY):
        assert secret not in done.stdout
