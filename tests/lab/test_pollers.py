"""Whose pollers count, and how long a start may take, asked of a real Temporal."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.lab.diagnosis import Report, check
from tests.lab.lab import READY, WITHIN_S, Lab, Runner
from tests.lab.repairs import NAME, fix, inspect, stopped_at
from tests.lab.scenarios import ALL, SCENARIOS, daemon_environment

pytestmark = pytest.mark.lab

PYTHON = "/app/.venv/bin/python"
SAYS = "print('2026-01-22 03:00:00,000 - __main__ - INFO - Worker ready, polling for tasks...', flush=True)"
DEAD = [PYTHON, "-c", f"import time; {SAYS}; time.sleep(600)"]
# Starts when the file is there; the first process of a container ends at SIGTERM only if it says so.
GATE = "while not os.path.exists('/workspace/go'): time.sleep(0.1)"
TOLD = "signal.signal(signal.SIGTERM, lambda *_: sys.exit())"
RUN = "runpy.run_path('main.py', run_name='__main__')"
GATED = [PYTHON, "-c", f"import os, runpy, signal, sys, time\n{TOLD}\n{GATE}\n{RUN}"]
FOREIGN = """
import asyncio
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

@activity.defn(name="ExecuteGraphton")
async def execute(_: str) -> str:
    return "elsewhere"

async def main():
    client = await Client.connect("127.0.0.1:7233", identity="4711@workstation")
    await Worker(client, task_queue="agent_execution_runner", activities=[execute]).run()

asyncio.run(main())
"""


@contextmanager
def worker_by_hand(lab: Lab) -> Iterator[subprocess.Popen[bytes]]:
    """A worker on the user's machine that takes activities from the runner's queue."""
    process = lab.start_on_user_machine([sys.executable, "-c", FOREIGN])
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until(lab: Lab, code: str, timeout: float = WITHIN_S) -> Report:
    """A check that has found the code."""
    deadline = time.monotonic() + timeout
    while code not in (found := check(lab)).codes():
        assert time.monotonic() < deadline, found.document["findings"]
        time.sleep(1)
    return found


def test_a_dead_worker_is_found_beside_the_pollers_of_its_predecessor_and_of_others(desktop: Lab) -> None:
    predecessor = SCENARIOS["healthy"].bring_up(desktop)
    desktop.engine.remove_container(predecessor.id, force=True)
    desktop.run(env=daemon_environment(), config={"command": DEAD}).wait_log(READY)
    found = until(desktop, "SD506")
    assert (found.exit_code, found.causes, found.of("SD508")) == (1, {"SD506"}, [])
    assert predecessor.id[:12] in found.one("SD506")["message"]
    with worker_by_hand(desktop):
        found = until(desktop, "SD508")
    assert found.causes == {"SD506"}
    assert "4711@workstation" in found.one("SD506")["message"]
    assert "4711@workstation" in found.one("SD508")["message"]


def test_a_foreign_worker_beside_the_runners_own_is_named(desktop: Lab) -> None:
    SCENARIOS["healthy"].bring_up(desktop)
    with worker_by_hand(desktop):
        found = until(desktop, "SD508")
    assert found.check("SD506")["status"] == "pass"
    assert found.one("SD508")["severity"] == "warning"
    assert not found.causes


def test_a_start_that_takes_its_time_is_told_and_not_accused(desktop: Lab) -> None:
    predecessor = SCENARIOS["healthy"].bring_up(desktop)
    desktop.engine.remove_container(predecessor.id, force=True)
    runner = desktop.run(env=daemon_environment(), config={"command": GATED})
    starting = check(desktop)
    assert (starting.exit_code, starting.document["status"]) == (3, "inconclusive")
    assert starting.codes() == {"SD114"}
    assert starting.one("SD114")["severity"] == "info"
    assert not any("restart" in command for command in starting.one("SD114")["remediation"]["commands"])
    asked = fix(desktop, "--yes")
    assert asked.returncode == 3
    assert "still starting" in asked.stderr
    (desktop.data / "workspace" / "go").touch()
    runner.wait_log(READY)
    until_polled(desktop)


def until_polled(lab: Lab, timeout: float = WITHIN_S) -> None:
    deadline = time.monotonic() + timeout
    while (found := check(lab)).exit_code:
        assert time.monotonic() < deadline, found.document
        time.sleep(1)
    assert found.check("SD506")["status"] == "pass"


def test_undone_and_fixed_again_at_once(desktop: Lab) -> None:
    """Temporal still lists the pollers of both containers that were there before."""
    before = SCENARIOS["report-fix"].bring_up(desktop).id
    assert fix(desktop, "--yes").returncode == 0
    first = inspect(desktop)["Id"]
    assert desktop.doctor("undo", "--yes").returncode == 0
    again = fix(desktop, "--yes")
    assert again.returncode == 0, again.stderr
    listed = {identity.partition("@")[2] for identity in desktop.services.pollers()}
    assert {first[:12], before[:12]} <= listed
    assert inspect(desktop)["Id"] != first
    found = check(desktop)
    assert found.exit_code == 0
    assert not found.of("SD508")
    assert "EXECUTION_COMPLETED" in desktop.execute("aex-0000000000000000001")


def test_a_fix_waits_for_a_slow_start_and_no_longer_than_it_may(desktop: Lab) -> None:
    desktop.services.start(*ALL)
    wrong = daemon_environment(STIGMER_LLM_BASE_URL="http://localhost:11434", OLLAMA_BASE_URL="http://localhost:11434")
    gate = desktop.data / "workspace" / "go"
    gate.touch()
    runner = desktop.run(env=wrong, config={"command": GATED})
    runner.wait_log(READY)
    gate.unlink()
    before = inspect(desktop)
    hurried = fix(desktop, "--yes", "--wait", "3")
    assert hurried.returncode == 4, hurried.stderr
    assert READY in hurried.stderr
    assert inspect(desktop)["Id"] == before["Id"]
    patient = stopped_at(desktop, "Waiting until its worker is ready")
    time.sleep(2)
    assert patient.poll() is None
    gate.touch()
    _, stderr = patient.communicate(timeout=WITHIN_S)
    assert patient.returncode == 0, stderr
    assert READY in Runner(inspect(desktop)["Id"], NAME, desktop.engine).logs()


def test_a_repair_that_leaves_the_runner_unable_to_work_says_so(desktop: Lab) -> None:
    """The LLM's address is fixed, and the backend stays down."""
    SCENARIOS["report-fix"].bring_up(desktop)
    desktop.services.stop("backend")
    done = fix(desktop, "--yes")
    assert done.returncode == 1, done.stderr
    assert "still does not work" in done.stderr.splitlines()[-1]
    assert "SD406" in done.stderr.splitlines()[-1]
    assert "verified" not in done.stderr
    assert check(desktop).causes == {"SD406"}
