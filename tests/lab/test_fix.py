"""`stigmer-doctor fix` and `undo` on real containers."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any

import pytest

from stigmer_doctor.model.fixes import CONTAINER_STEPS, Step
from tests.lab.diagnosis import check, valid
from tests.lab.lab import READY, Lab, Runner
from tests.lab.scenarios import ALIAS, ALL, SCENARIOS, daemon_environment

pytestmark = pytest.mark.lab

NAME = "stigmer-agent-runner"
WRITE = "import os; os.makedirs('/app/workspace/job'); open('/app/workspace/job/x','w').write('7')"


def fix(lab: Lab, *options: str) -> subprocess.CompletedProcess[str]:
    done = lab.doctor("fix", *options, timeout=150)
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
    return [each["Names"][0].lstrip("/") for each in lab.engine.containers()]


@pytest.mark.parametrize("scenario", ["incident", "incident-daemon", "report-fix", "llm-old-name", "network-none"])
def test_a_broken_runner_is_repaired_and_the_repair_undone(desktop: Lab, scenario: str) -> None:
    SCENARIOS[scenario].bring_up(desktop)
    before = inspect(desktop)
    done = fix(desktop, "--yes")
    assert done.returncode == 0, done.stderr
    after = inspect(desktop)
    assert after["Id"] != before["Id"]
    assert after["HostConfig"]["NetworkMode"] in ("bridge", "default")
    assert after["HostConfig"]["RestartPolicy"] == before["HostConfig"]["RestartPolicy"]
    assert (desktop.data / "agent-runner-container.id").read_text() == after["Id"]
    report = check(desktop)
    assert report.exit_code == 0
    assert report.check("SD506")["status"] == "pass"
    assert "ok" in desktop.execute() or desktop.services.backend_calls()
    undone = desktop.doctor("undo", "--yes", timeout=90)
    assert undone.returncode == 0, undone.stderr
    assert timeless(inspect(desktop)) == timeless(before)
    assert (desktop.data / "agent-runner-container.id").read_text().strip() == before["Id"]
    assert desktop.engine.containers(all=True)[0]["Id"] == before["Id"]
    assert len(desktop.engine.containers(all=True)) == 1


@pytest.mark.parametrize("scenario", ["linux-bridge", "linux-mapped", "linux-firewall"])
def test_on_linux_the_plan_is_host_networking(linux: Lab, scenario: str) -> None:
    SCENARIOS[scenario].bring_up(linux)
    done = fix(linux, "--yes")
    assert done.returncode == 0, done.stderr
    assert inspect(linux)["HostConfig"]["NetworkMode"] == "host"
    assert check(linux).exit_code == 0


def test_a_healthy_runner_is_left_alone(desktop: Lab) -> None:
    runner = SCENARIOS["healthy"].bring_up(desktop)
    done = fix(desktop, "--yes")
    assert (done.returncode, done.stdout) == (0, "")
    assert inspect(desktop)["Id"] == runner.id


def test_a_dry_run_and_no_consent_change_nothing(desktop: Lab) -> None:
    SCENARIOS["report-fix"].bring_up(desktop)
    before = inspect(desktop)
    dry = fix(desktop, "--dry-run")
    assert dry.returncode == 0
    assert f"+ STIGMER_LLM_BASE_URL=http://{ALIAS}:11434" in dry.stdout
    asked = fix(desktop)
    assert asked.returncode == 2
    assert "--yes" in asked.stderr
    assert inspect(desktop)["State"]["StartedAt"] == before["State"]["StartedAt"]


def test_a_plan_that_does_not_prove_itself_touches_nothing(desktop: Lab) -> None:
    """The alias works, and the LLM's port is dropped on the way: the new address would not answer either."""
    SCENARIOS["report-fix"].bring_up(desktop)
    desktop.drop(11434)
    before = inspect(desktop)
    done = fix(desktop, "--yes", "--timeout", "1")
    assert done.returncode == 1, done.stderr
    assert "did not prove itself" in done.stderr
    after = inspect(desktop)
    assert (after["Id"], after["State"]["StartedAt"]) == (before["Id"], before["State"]["StartedAt"])


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


def test_a_verification_that_fails_rolls_back(desktop: Lab) -> None:
    runner = SCENARIOS["report-fix"].bring_up(desktop)
    before = inspect(desktop)
    doctor = stopped_at(desktop, "Every service that runs answered")
    desktop.services.stop("temporal")
    _, stderr = doctor.communicate(timeout=150)
    assert doctor.returncode == 4, stderr
    assert timeless(inspect(desktop)) == timeless(before)
    assert inspect(desktop)["State"]["Status"] in ("running", "restarting")
    assert [each["Id"] for each in desktop.engine.containers(all=True)] == [runner.id]


def test_two_fixes_at_once_do_not_meet(desktop: Lab) -> None:
    SCENARIOS["report-fix"].bring_up(desktop)
    first = stopped_at(desktop, "Trying it in a throwaway")
    second = fix(desktop, "--yes")
    first.communicate(timeout=150)
    assert first.returncode == 0
    assert second.returncode == 2
    assert "another fix" in second.stderr
    assert str(first.pid) in second.stderr or "process" in second.stderr


def recovers(lab: Lab) -> None:
    """The next run ends the interrupted fix: exactly one runner, the old or the new one, works, and the journal is
    closed."""
    (journal,) = (lab.home / ".local" / "state" / "stigmer-doctor").glob("*.json")
    assert journal.stat().st_mode & 0o777 == 0o600
    recovered = fix(lab, "--yes")
    assert recovered.returncode in (0, 4), recovered.stderr
    assert json.loads(journal.read_text())["outcome"] in ("rolled back", "done")
    assert runners(lab) == [NAME]
    Runner(inspect(lab)["Id"], NAME, lab.engine).wait_log(READY)
    found = check(lab)
    deadline = time.monotonic() + 30
    while found.check("SD506")["status"] != "pass" and time.monotonic() < deadline:
        time.sleep(1)
        found = check(lab)
    assert found.check("SD506")["status"] == "pass"
    assert found.exit_code == (0 if recovered.returncode == 0 else 1)


@pytest.mark.parametrize("finished", [False, True])
@pytest.mark.parametrize("step", CONTAINER_STEPS, ids=lambda step: step.name)
def test_a_kill_after_every_journalled_step_leaves_one_working_runner(desktop: Lab, step: Step, finished: bool) -> None:
    SCENARIOS["report-fix"].bring_up(desktop)
    doctor = subprocess.Popen(
        desktop.enter([sys.executable, "-m", "tests.lab.killed", step.name, str(int(finished))]).split(),
        env=desktop.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    _, stderr = doctor.communicate(timeout=150)
    assert doctor.returncode == -signal.SIGKILL, stderr
    recovers(desktop)


@pytest.mark.parametrize("step", CONTAINER_STEPS[:-1], ids=lambda step: step.name)  # the last one needs no engine
def test_an_engine_that_is_killed_at_a_step_leaves_one_working_runner(desktop: Lab, step: Step) -> None:
    SCENARIOS["report-fix"].bring_up(desktop)
    pid, argv = desktop.engine_process()
    doctor = desktop.as_user([sys.executable, "-m", "tests.lab.killed", step.name, "0", str(pid)], timeout=200)
    assert doctor.returncode in (4, 5), doctor.stderr
    assert "Traceback" not in doctor.stderr
    desktop.restart_engine(argv)
    recovers(desktop)


def test_what_was_written_in_the_container_is_carried_over(desktop: Lab) -> None:
    runner = SCENARIOS["report-fix"].bring_up(desktop)
    made = ["docker", "exec", runner.id, "/app/.venv/bin/python", "-c"]
    desktop.as_user(
        [*made, "import os; os.makedirs('/app/workspace/job'); open('/app/workspace/job/x','w').write('7')"]
    )
    dry = fix(desktop, "--dry-run")
    assert "/app/workspace" in dry.stdout
    assert fix(desktop, "--yes").returncode == 0
    read = desktop.as_user(["docker", "exec", NAME, *made[3:], "print(open('/app/workspace/job/x').read())"])
    assert read.stdout.strip() == "7", read


def test_an_image_whose_tag_has_moved_is_kept_by_id(desktop: Lab) -> None:
    SCENARIOS["report-fix"].bring_up(desktop)
    image = inspect(desktop)["Image"]
    desktop.engine.tag("stigmer-agent-runner:local", "moved", "1")
    other = desktop.engine.commit(NAME, "stigmer-agent-runner", "local")["Id"]
    assert other != image
    try:
        assert fix(desktop, "--yes").returncode == 0
        assert inspect(desktop)["Image"] == image
    finally:
        desktop.reset()
        desktop.engine.tag("moved:1", "stigmer-agent-runner", "local", force=True)
        desktop.engine.remove_image("moved:1")
        desktop.engine.remove_image(other)


def test_states_and_owners_that_are_refused(desktop: Lab) -> None:
    desktop.services.start(*ALL)
    wrong = daemon_environment(STIGMER_LLM_BASE_URL="http://localhost:11434")
    for options, said in (
        ({"restart": "no", "host_config": {"auto_remove": True}}, "--rm"),
        ({"config": {"labels": {"com.docker.compose.project": "p"}}}, "compose"),
    ):
        runner = desktop.run(env=wrong, **options)
        runner.wait_log(READY)
        done = fix(desktop, "--yes")
        assert done.returncode == 1
        assert said in done.stderr
        assert inspect(desktop)["Id"] == runner.id
        desktop.engine.remove_container(runner.id, force=True)


def test_an_exited_runner_is_replaced_by_one_that_runs(desktop: Lab) -> None:
    runner = SCENARIOS["incident"].bring_up(desktop)
    desktop.engine.stop(runner.id, timeout=1)
    assert fix(desktop, "--yes").returncode == 0
    assert check(desktop).exit_code == 0


def test_the_old_container_is_removed_when_its_time_is_over(desktop: Lab) -> None:
    SCENARIOS["report-fix"].bring_up(desktop)
    assert fix(desktop, "--yes", "--keep", "0").returncode == 0
    assert len(desktop.engine.containers(all=True)) == 2
    time.sleep(1.1)
    assert fix(desktop, "--yes").returncode == 0
    assert [each["Names"][0] for each in desktop.engine.containers(all=True)] == [f"/{NAME}"]
    left = (desktop.home / ".local" / "state" / "stigmer-doctor").iterdir()
    assert [each.name for each in left] == [f"{NAME}.lock"]


def test_a_paused_runner_is_left_paused(desktop: Lab) -> None:
    runner = SCENARIOS["report-fix"].bring_up(desktop)
    desktop.engine.pause(runner.id)
    done = fix(desktop, "--yes")
    assert done.returncode == 1
    assert "paused" in done.stderr
    assert inspect(desktop)["State"]["Status"] == "paused"


def test_a_runner_whose_image_was_deleted_is_left_alone(desktop: Lab) -> None:
    runner = SCENARIOS["incident"].bring_up(desktop)
    desktop.engine.stop(runner.id, timeout=1)
    desktop.forget_image(inspect(desktop)["Image"])
    before = inspect(desktop)["State"]
    done = fix(desktop, "--yes")
    assert done.returncode == 1, done.stderr
    assert "image of the container was deleted" in done.stderr
    assert inspect(desktop)["State"] == before
    assert [each["Id"] for each in desktop.engine.containers(all=True)] == [runner.id]


def test_the_run_is_reported_as_json(desktop: Lab) -> None:
    SCENARIOS["report-fix"].bring_up(desktop)
    done = fix(desktop, "--yes", "--format", "json")
    assert done.returncode == 0, done.stderr
    document = valid(done.stdout)
    assert document["status"] == "pass" or document["status"] == "warn"
    run = document["fix_run"]
    assert (run["exit_code"], len(run["plans"])) == (0, 1)
    assert "Repaired and verified" in run["said"][-1]
    assert "http://" in "".join(run["plans"][0]["diff"])
