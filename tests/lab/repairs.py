"""Fixes in the lab: run, looked at, interrupted by a kill or by the loss of the engine, and recovered from."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from stigmer_doctor.model.fixes import FixStep
from tests.lab import killed
from tests.lab.diagnosis import check
from tests.lab.lab import READY, WITHIN_S, Lab, Runner
from tests.lab.scenarios import ALL, daemon_environment

NAME = "stigmer-agent-runner"
WRITE = "import os; os.makedirs('/app/workspace/job'); open('/app/workspace/job/x','w').write('7')"


def fix(lab: Lab, *options: str) -> subprocess.CompletedProcess[str]:
    done = lab.doctor("fix", *options)
    assert "Traceback" not in done.stderr
    return done


def inspect(lab: Lab) -> dict[str, Any]:
    found: dict[str, Any] = lab.engine.inspect_container(NAME)
    return found


def timeless(raw: Mapping[str, Any]) -> dict[str, Any]:
    """An inspect without what every start changes."""
    kept = {key: raw[key] for key in ("Id", "Name", "Image", "Config", "HostConfig", "Mounts", "Path", "Args")}
    return {**kept, "Networks": sorted(raw["NetworkSettings"]["Networks"])}


def runners(lab: Lab) -> list[str]:
    """The names of containers that run."""
    return [container["Names"][0].lstrip("/") for container in lab.engine.containers()]


def stopped_at(lab: Lab, words: str, *options: str) -> subprocess.Popen[str]:
    """A fix that has just said these words."""
    doctor = subprocess.Popen(
        lab.enter([sys.executable, "-u", "-m", "stigmer_doctor", "fix", "--yes", *options]).split(),
        env=lab.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert doctor.stderr
    for line in doctor.stderr:
        if words in line:
            return doctor
    raise AssertionError(f"{words!r} was never said")


def broken(lab: Lab) -> None:
    """A runner that is ready, and whose address of the LLM is wrong."""
    lab.services.start(*ALL)
    lab.run(env=daemon_environment(STIGMER_LLM_BASE_URL="http://localhost:11434")).wait_log(READY)


def assert_recovers(lab: Lab) -> None:
    """The next run ends the interrupted fix: exactly one runner, the old or the new one, works, and the journal is
    closed."""
    (journal,) = (lab.home / ".local" / "state" / "stigmer-doctor").glob("*.json")
    assert journal.stat().st_mode & 0o777 == 0o600
    recovered = fix(lab, "--yes")
    assert recovered.returncode in (0, 4), recovered.stderr
    assert json.loads(journal.read_text())["outcome"] in ("rolled back", "done")
    assert runners(lab) == [NAME]
    lab.wait_polled(Runner(inspect(lab)["Id"], NAME, lab.engine))
    found = check(lab)
    assert found.check("SD506")["status"] == "pass"
    assert found.exit_code == (0 if recovered.returncode == 0 else 1)


def kill_the_doctor(lab: Lab, step: FixStep, *, finished: bool) -> None:
    """A fix that is killed once its journal says that the step has begun, or is finished."""
    doctor = subprocess.Popen(
        lab.enter(killed.command(step, finished=finished)).split(),
        env=lab.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    _, stderr = doctor.communicate(timeout=WITHIN_S)
    assert doctor.returncode == -signal.SIGKILL, stderr


def kill_the_engine(lab: Lab, step: FixStep) -> None:
    """A fix whose engine is killed when the step has begun, and started again when the fix has given up."""
    pid, argv = lab.engine_process()
    doctor = lab.as_user(killed.command(step, finished=False, victim=pid), timeout=300)
    assert doctor.returncode in (4, 5), doctor.stderr
    assert "Traceback" not in doctor.stderr
    lab.restart_engine(argv)
