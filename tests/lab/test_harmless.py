"""A check changes nothing, also where the container has no room for anything more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.lab.diagnosis import check
from tests.lab.lab import READY, Lab, Runner
from tests.lab.scenarios import ALL, daemon_environment

pytestmark = pytest.mark.lab

MIB = 1024 * 1024
CHECKS = 3


def alive(runner: Runner) -> tuple[object, ...]:
    """What changes when the runner's process is another one."""
    found = runner.inspect()
    state = found["State"]
    return state["Pid"], state["StartedAt"], state["OOMKilled"], found["RestartCount"], state["Status"]


def limited(lab: Lab, **host: Any) -> Runner:
    lab.services.start(*ALL)
    runner = lab.run(env=daemon_environment(), host_config=host)
    runner.wait_log(READY)
    return runner


def update(lab: Lab, runner: Runner, *options: str) -> None:
    """Set limits of the running container."""
    done = lab.as_user(["docker", "update", *options, runner.id])
    assert done.returncode == 0, done.stderr


def used(lab: Lab, runner: Runner) -> dict[str, Any]:
    found: dict[str, Any] = lab.engine.stats(runner.id, stream=False)
    return found


def killed(runner: Runner) -> int:
    """How many processes the kernel ended in the container for lack of memory."""
    for path in (f"memory/docker/{runner.id}/memory.oom_control", f"docker/{runner.id}/memory.events"):
        found = Path("/sys/fs/cgroup", path)
        if found.exists():
            return int(dict(line.split() for line in found.read_text().splitlines())["oom_kill"])
    pytest.skip("this kernel does not tell")


def test_a_runner_with_3_mib_left_is_the_same_process_afterwards(desktop: Lab) -> None:
    runner = limited(desktop, mem_limit=400 * MIB, memswap_limit=400 * MIB)
    limit = int(used(desktop, runner)["memory_stats"]["usage"]) + 3 * MIB
    update(desktop, runner, f"--memory={limit}", f"--memory-swap={limit}")
    before = alive(runner)
    for _ in range(CHECKS):
        report = check(desktop)
        assert report.exit_code == 0, report.document["services"]
        assert alive(runner) == before
    assert killed(runner) == 0
    assert len(desktop.engine.containers(all=True)) == 1


def test_a_runner_at_its_limit_of_processes_keeps_it_free(desktop: Lab) -> None:
    runner = limited(desktop, pids_limit=200)
    current = int(used(desktop, runner)["pids_stats"]["current"])
    update(desktop, runner, f"--pids-limit={current}")
    before = alive(runner)
    for _ in range(CHECKS):
        report = check(desktop)
        assert report.exit_code == 0, report.document["services"]
        assert alive(runner) == before
    events = Path(f"/sys/fs/cgroup/pids/docker/{runner.id}/pids.events")
    if events.exists():
        assert events.read_text().split() == ["max", "0"]
