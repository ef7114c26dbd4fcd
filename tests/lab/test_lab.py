"""The lab is what it says it is: how the two topologies differ, and that nothing stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab import image
from tests.lab.lab import READY, RUNNER_NAME, Lab, Runner
from tests.lab.reaper import PREFIX, Record, command_lines, leftovers, started, tear_down
from tests.lab.scenarios import SCENARIOS, daemon_environment
from tests.lab.services import ROOT
from tests.lab.standing import at

pytestmark = pytest.mark.lab


def dial(runner: Runner, host: str, port: int) -> str:
    """What becomes of a connection from inside the container."""
    program = (
        f"import socket\ntry: socket.create_connection(({host!r}, {port}), 3); print('connected')\n"
        "except OSError as e: print(e)"
    )
    made = runner.engine.exec_create(runner.id, ["/app/.venv/bin/python", "-c", program])
    output: bytes = runner.engine.exec_start(made["Id"])
    return output.decode().strip()


def idle(lab: Lab, network: str) -> Runner:
    """A container that does nothing, to look out of."""
    return lab.run(
        network=network, name="idle", config={"command": ["/app/.venv/bin/python", "-c", "input()"], "stdin_open": True}
    )


def test_host_networking_on_desktop_is_not_the_users(desktop: Lab) -> None:
    desktop.services.start("temporal", "backend", "llm")
    runner = idle(desktop, "host")
    assert "refused" in dial(runner, "127.0.0.1", 7233)
    assert "not known" in dial(runner, "host.docker.internal", 7233)


def test_a_bridge_on_desktop_reaches_the_users_loopback_only_where_it_is_forwarded(desktop: Lab) -> None:
    desktop.services.start("temporal", "backend", "llm")
    runner = idle(desktop, "bridge")
    assert dial(runner, "host.docker.internal", 7233) == "connected"
    desktop.forward_loopback(False)
    assert "refused" in dial(runner, "host.docker.internal", 7233)
    assert dial(runner, "host.docker.internal", 7234) == "connected"


def test_a_native_engine_shares_the_loopback_and_knows_no_alias(linux: Lab) -> None:
    linux.services.start("temporal")
    assert dial(idle(linux, "host"), "127.0.0.1", 7233) == "connected"
    linux.reset()
    assert "not known" in dial(idle(linux, "bridge"), "host.docker.internal", 7233)


def test_a_dropped_port_times_out(desktop: Lab) -> None:
    desktop.services.start("backend")
    desktop.drop(7234)
    assert "timed out" in dial(idle(desktop, "bridge"), "host.docker.internal", 7234)


def test_a_healthy_runner_executes_and_tells_the_backend(desktop: Lab) -> None:
    runner = SCENARIOS["healthy"].bring_up(desktop)
    assert desktop.execute("aex-1") == "EXECUTION_COMPLETED"
    assert desktop.services.backend_calls() == ["aex-1 EXECUTION_IN_PROGRESS", "aex-1 EXECUTION_COMPLETED"]
    assert "ERROR" not in runner.logs()


@at("report-fix")
def test_the_line_of_the_incident_is_logged_by_the_llm_link(scene: Lab) -> None:
    logs = Runner(RUNNER_NAME, RUNNER_NAME, scene.engine).logs()
    line = " - temporalio.activity - ERROR - ExecuteGraphton failed for execution aex-1769031622000206000: "
    assert line + "All connection attempts failed" in logs
    assert scene.services.backend_calls()[-1].endswith("EXECUTION_FAILED")


def test_a_wrong_backend_address_only_loses_status_updates(desktop: Lab) -> None:
    desktop.services.start("temporal", "backend", "llm")
    runner = desktop.run(env=daemon_environment(STIGMER_BACKEND_ENDPOINT=None))
    runner.wait_log(READY)
    assert desktop.execute("aex-2") == "EXECUTION_COMPLETED"
    assert "failed to connect to all addresses" in runner.logs().lower() or "Connection refused (111)" in runner.logs()
    assert desktop.services.backend_calls() == []


@at("incident")
def test_without_temporal_the_start_up_fails_as_the_real_one(scene: Lab) -> None:
    log = Runner(RUNNER_NAME, RUNNER_NAME, scene.engine).logs()
    assert " - __main__ - ERROR - STARTUP FAILURE: Activity Registration Error" in log
    assert " - __main__ - ERROR - Error: Failed client connect" in log


def test_a_killed_owner_leaves_nothing_behind() -> None:
    program = (
        "import sys, time\nfrom tests.lab.lab import Lab\nfrom tests.lab.scenarios import daemon_environment\n"
        "lab = Lab.start('desktop')\nlab.services.start('backend')\nlab.run(env=daemon_environment())\n"
        "print(lab.folder, flush=True)\ntime.sleep(600)"
    )
    owner = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    folder = Path(owner.stdout.readline().strip())
    assert folder.name.startswith(PREFIX)
    os.kill(owner.pid, signal.SIGKILL)
    owner.wait()
    deadline = time.monotonic() + 60
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not folder.exists()
    assert folder.name not in subprocess.run(["ip", "netns", "list"], capture_output=True, text=True).stdout
    assert str(folder) not in Path("/proc/self/mounts").read_text()
    assert not any(f"{folder}/".encode() in line for _, line in command_lines())


@pytest.fixture
def half_made() -> Iterator[Path]:
    """A run directory that names nobody yet."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    yield folder
    tear_down(folder)


def test_a_lab_that_is_being_made_is_no_leftover(half_made: Path) -> None:
    assert half_made not in list(leftovers())
    (half_made / "record").touch()
    assert half_made not in list(leftovers())
    Record(half_made).add_process(os.getpid(), "owner")
    assert half_made not in list(leftovers())


def test_a_lab_whose_owners_number_is_another_process_now_is_a_leftover(half_made: Path) -> None:
    Record(half_made).add("owner", f"{os.getpid()} {int(started(os.getpid())) - 1}")
    assert half_made in list(leftovers())


def test_only_the_process_that_was_written_down_is_ended(half_made: Path) -> None:
    own, other = (subprocess.Popen(["sleep", "600"]) for _ in range(2))
    try:
        Record(half_made).add_process(own.pid)
        Record(half_made).add("process", f"{other.pid} {int(started(other.pid)) - 1}")
        Record(half_made).add("process", str(other.pid))
        tear_down(half_made)
        assert own.wait(30) == -signal.SIGTERM
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_labs_that_start_at_the_same_moment_leave_each_other_alone() -> None:
    program = (
        "from tests.lab.lab import Lab\nfrom tests.lab.scenarios import daemon_environment\n"
        "lab = Lab.start('linux')\nlab.services.start('backend')\nlab.load('stigmer-agent-runner:local')\n"
        "print(lab.addresses.user, flush=True)\ninput()\nlab.services.stop()\nlab.engine.version()\nlab.close()"
    )
    labs = [
        subprocess.Popen(
            [sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    addresses = {lab.stdout.readline() for lab in labs if lab.stdout}
    assert len(addresses) == 2
    assert "" not in addresses
    for lab in labs:
        lab.communicate("\n", timeout=120)
    assert [lab.returncode for lab in labs] == [0, 0]


def test_a_tar_that_another_lab_makes_or_uses_is_left_alone(tmp_path: Path) -> None:
    used, partial, old = (tmp_path / name for name in ("base-1.tar", "base-2-x.partial", "base-0.tar"))
    for path in (used, partial, old):
        path.touch()
    os.utime(old, (0, 0))
    image._forget_unused(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([used, partial])
