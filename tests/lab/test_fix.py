"""`stigmer-doctor fix` and `undo` on real containers."""

from __future__ import annotations

import signal
import time

import pytest

from stigmer_doctor.model.fixes import CONTAINER_STEPS, FixStep
from tests.lab.diagnosis import check, valid
from tests.lab.lab import READY, WITHIN_S, Lab
from tests.lab.repairs import (
    NAME,
    assert_recovers,
    broken,
    fix,
    inspect,
    kill_the_doctor,
    kill_the_engine,
    stopped_at,
    timeless,
)
from tests.lab.scenarios import ALIAS, ALL, SCENARIOS, daemon_environment
from tests.lab.standing import looked_at

pytestmark = pytest.mark.lab


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
    undone = desktop.doctor("undo", "--yes")
    assert undone.returncode == 0, undone.stderr
    assert timeless(inspect(desktop)) == timeless(before)
    assert (desktop.data / "agent-runner-container.id").read_text().strip() == before["Id"]
    assert desktop.engine.containers(all=True)[0]["Id"] == before["Id"]
    assert len(desktop.engine.containers(all=True)) == 1


@pytest.mark.parametrize("scenario", ["linux-bridge", "linux-mapped", "linux-firewall"])
def test_on_linux_the_plan_is_host_networking(linux: Lab, scenario: str) -> None:
    SCENARIOS[scenario].bring_up(linux)
    done = fix(linux, "--yes", "--timeout", "1")
    assert done.returncode == 0, done.stderr
    assert inspect(linux)["HostConfig"]["NetworkMode"] == "host"
    assert check(linux).exit_code == 0


def test_on_linux_a_misnamed_variable_gets_the_address_that_is_right_on_the_network_to_come(linux: Lab) -> None:
    linux.services.start(*ALL)
    misnamed = {"STIGMER_BACKEND_ENDPOINT": None, "STIGMER_BACKEND_URL": f"http://{ALIAS}:7234"}
    linux.run(env=daemon_environment(**misnamed))
    assert {"SD202", "SD301"} <= check(linux).causes
    done = fix(linux, "--yes")
    assert done.returncode == 0, done.stderr
    assert "STIGMER_BACKEND_ENDPOINT=localhost:7234" in inspect(linux)["Config"]["Env"]
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


def test_a_plan_that_fails_its_rehearsal_touches_nothing(desktop: Lab) -> None:
    """The alias works, and the LLM's port is dropped on the way: the new address would not answer either."""
    SCENARIOS["report-fix"].bring_up(desktop)
    desktop.drop(11434)
    before = inspect(desktop)
    done = fix(desktop, "--yes", "--timeout", "1")
    assert done.returncode == 1, done.stderr
    assert "the rehearsal failed" in done.stderr
    after = inspect(desktop)
    assert (after["Id"], after["State"]["StartedAt"]) == (before["Id"], before["State"]["StartedAt"])


def test_a_verification_that_fails_rolls_back(desktop: Lab) -> None:
    runner = SCENARIOS["report-fix"].bring_up(desktop)
    before = inspect(desktop)
    doctor = stopped_at(desktop, "Every service that runs answered")
    desktop.services.stop("temporal")
    _, stderr = doctor.communicate(timeout=WITHIN_S)
    assert doctor.returncode == 4, stderr
    assert timeless(inspect(desktop)) == timeless(before)
    assert inspect(desktop)["State"]["Status"] in ("running", "restarting")
    assert [container["Id"] for container in desktop.engine.containers(all=True)] == [runner.id]


def test_two_fixes_at_once_do_not_meet(desktop: Lab) -> None:
    SCENARIOS["report-fix"].bring_up(desktop)
    first = stopped_at(desktop, "Trying it in a throwaway")
    first.send_signal(signal.SIGSTOP)
    second = fix(desktop, "--yes")
    first.send_signal(signal.SIGCONT)
    first.communicate(timeout=WITHIN_S)
    assert first.returncode == 0
    assert second.returncode == 2
    assert "another fix" in second.stderr
    assert str(first.pid) in second.stderr or "process" in second.stderr


@pytest.fixture
def faulty(desktop_session: Lab) -> Lab:
    """A lab with a runner to fix; one on which a fix was rolled back is as it was."""
    looked_at(desktop_session, "broken", broken)
    return desktop_session


@pytest.mark.parametrize("finished", [False, True])
@pytest.mark.parametrize("step", CONTAINER_STEPS, ids=lambda step: step.name)
def test_a_kill_after_every_journalled_step_leaves_one_working_runner(
    faulty: Lab, step: FixStep, finished: bool
) -> None:
    kill_the_doctor(faulty, step, finished=finished)
    assert_recovers(faulty)


@pytest.mark.parametrize("step", CONTAINER_STEPS[:-1], ids=lambda step: step.name)  # the last one needs no engine
def test_an_engine_that_is_killed_at_a_step_leaves_one_working_runner(faulty: Lab, step: FixStep) -> None:
    kill_the_engine(faulty, step)
    assert_recovers(faulty)


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
    assert [container["Names"][0] for container in desktop.engine.containers(all=True)] == [f"/{NAME}"]
    left = (desktop.home / ".local" / "state" / "stigmer-doctor").iterdir()
    assert [container.name for container in left] == [f"{NAME}.lock"]


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
    assert [container["Id"] for container in desktop.engine.containers(all=True)] == [runner.id]


def test_the_run_is_reported_as_json(desktop: Lab) -> None:
    SCENARIOS["report-fix"].bring_up(desktop)
    done = fix(desktop, "--yes", "--format", "json")
    assert done.returncode == 0, done.stderr
    document = valid(done.stdout)
    assert document["status"] == "pass" or document["status"] == "warn"
    run = document["fix_run"]
    assert (run["exit_code"], len(run["plans"])) == (0, 1)
    assert "Fixed and verified" in run["said"][-1]
    assert "http://" in "".join(run["plans"][0]["diff"])
