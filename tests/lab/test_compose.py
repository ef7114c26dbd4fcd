"""Containers that compose owns, fixed through their files by a real compose tool."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from stigmer_doctor.model.fixes import COMPOSE_STEPS, FixStep
from tests.lab import image as images
from tests.lab.diagnosis import check
from tests.lab.lab import FAST_COMPOSE, READY, WITHIN_S, Lab, Runner
from tests.lab.repairs import NAME, WRITE, assert_recovers, fix, inspect, kill_the_doctor, kill_the_engine, stopped_at
from tests.lab.scenarios import ALIAS, ALL
from tests.source.compose_styles import IN_PLACE, RIGHT_AS_THEY_ARE
from tests.source.judged import FILE, edits, found, repaired

pytestmark = pytest.mark.lab

BACKEND, TEMPORAL, LLM = f"{ALIAS}:7234", f"{ALIAS}:7233", f"{ALIAS}:11434"

LIST = f"""\
# Development only.
services:
    agent-runner:   # the runner
        image: {images.PYTHON}
        container_name: {NAME}
        network_mode: "host"  # fast
        restart: unless-stopped
        stop_grace_period: 2s
        environment:
            # how it works
            - MODE=local
            - STIGMER_BACKEND_URL=http://{BACKEND}   # the backend
            - 'TEMPORAL_SERVICE_ADDRESS={TEMPORAL}'
            - STIGMER_LLM_BASE_URL=http://{LLM}
            - SANDBOX_TYPE=filesystem
    helper:
        image: {images.PYTHON}
        network_mode: host
        entrypoint: ["sleep", "600"]
"""
MAP = f"""\
services:
  agent-runner:
    image: "{images.PYTHON}"
    container_name: {NAME}
    network_mode: host
    environment: {{ MODE: local, STIGMER_BACKEND_URL: "http://{BACKEND}" }}
    extra_hosts: [ "other:198.18.0.9" ]
"""
OVERRIDE = f"""\
services:
  agent-runner:
    environment:
      TEMPORAL_SERVICE_ADDRESS: {TEMPORAL}
      STIGMER_LLM_BASE_URL: "http://{LLM}"

    restart: "no\""""
EXTENDS = f"""\
services:
  base:
    image: {images.PYTHON}
    network_mode: host
    environment:
      MODE: local
      STIGMER_LLM_BASE_URL: http://{LLM}
  agent-runner:
    extends: base
    container_name: {NAME}
    environment:
      STIGMER_BACKEND_URL: http://{BACKEND}
      TEMPORAL_SERVICE_ADDRESS: {TEMPORAL}
"""
FORMS = {
    "list": {"docker-compose.yml": LIST},
    "map and override": {"base.yml": MAP, "more.yml": OVERRIDE},
    "extends": {"compose.yaml": EXTENDS},
}


@dataclass
class Composed:
    """A project that is up. `tool` is the command line of a compose tool."""

    lab: Lab
    folder: Path
    files: dict[str, str]
    tool: list[str]

    def run(self, *arguments: str) -> str:
        options = [word for file in self.files for word in ("-f", str(self.folder / file))]
        done = self.lab.as_user([*self.tool, *options, *arguments])
        assert done.returncode == 0, done.stderr
        return done.stdout

    def up(self) -> Runner:
        self.run("up", "-d", "agent-runner")
        found = inspect(self.lab)
        return Runner(found["Id"], NAME, self.lab.engine)

    def service(self) -> dict[str, Any]:
        """The service as the compose tool reads it."""
        found: dict[str, Any] = yaml.safe_load(self.run("config"))["services"]["agent-runner"]
        return found

    def texts(self) -> dict[str, str]:
        return {file: (self.folder / file).read_text() for file in self.files}


def composed(lab: Lab, files: dict[str, str]) -> Composed:
    """The project's runner, created by compose, with all services up."""
    lab.services.start(*ALL)
    lab.load(images.PYTHON)
    folder = lab.home / "project"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    project = Composed(lab, folder, files, ["docker-compose"])
    runner = project.up()
    (lab.data / "agent-runner-container.id").write_text(runner.id)
    return project


@pytest.mark.parametrize("form", FORMS)
def test_a_compose_container_is_repaired_in_its_files_and_the_repair_undone(desktop: Lab, form: str) -> None:
    project = composed(desktop, FORMS[form])
    before, was, config = inspect(desktop), project.texts(), project.service()
    dry = fix(desktop, "--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert "+" in dry.stdout
    done = fix(desktop, "--yes")
    assert done.returncode == 0, done.stderr
    after = inspect(desktop)
    assert after["Id"] != before["Id"]
    assert after["HostConfig"]["NetworkMode"] != "host"
    assert (desktop.data / "agent-runner-container.id").read_text() == after["Id"]
    report = check(desktop)
    assert report.exit_code == 0, report.of("SD")
    assert report.check("SD506")["status"] == "pass"
    comments = [line for text in was.values() for line in text.splitlines() if line.lstrip().startswith("#")]
    assert all(comment in "\n".join(project.texts().values()) for comment in comments)
    now = project.service()
    assert {key for key in {*config, *now} if config.get(key) != now.get(key)} <= {
        "environment",
        "network_mode",
        "networks",
    }
    gone = {key for key in config["environment"] if key not in now["environment"]}
    new = {key: value for key, value in now["environment"].items() if config["environment"].get(key) != value}
    assert gone == {"STIGMER_BACKEND_URL"}
    assert new == {"STIGMER_BACKEND_ENDPOINT": BACKEND}
    undone = desktop.doctor("undo", "--yes")
    assert undone.returncode == 0, undone.stderr
    assert project.texts() == was
    back = inspect(desktop)
    # Compose writes variables in no order of their own.
    assert sorted(back["Config"]["Env"]) == sorted(before["Config"]["Env"])
    assert back["HostConfig"] == before["HostConfig"]
    assert len(desktop.engine.containers(all=True)) == 1


def test_a_file_that_was_changed_since_is_not_applied(desktop: Lab) -> None:
    project = composed(desktop, FORMS["list"])
    before = inspect(desktop)["Id"]
    file = project.folder / "docker-compose.yml"
    file.write_text(LIST.replace("restart: unless-stopped", "restart: always"))
    done = fix(desktop, "--yes")
    assert done.returncode == 1
    assert "restart" in done.stderr or "changed since the container was created" in done.stderr
    assert inspect(desktop)["Id"] == before
    file.write_text(LIST.replace("MODE=local", "MODE=cloud"))
    done = fix(desktop, "--yes")
    assert done.returncode == 1
    assert "MODE" in done.stderr


def test_a_compose_repair_that_does_not_help_is_rolled_back(desktop: Lab) -> None:
    project = composed(desktop, FORMS["map and override"])
    was = project.texts()
    doctor = stopped_at(desktop, "Every service that runs answered")
    desktop.services.stop("temporal")
    _, stderr = doctor.communicate(timeout=WITHIN_S)
    assert doctor.returncode == 4, stderr
    assert project.texts() == was
    assert inspect(desktop)["HostConfig"]["NetworkMode"] == "host"


def with_work(lab: Lab) -> Composed:
    """A project whose LLM address is wrong, with work in the container's own layer."""
    text = LIST.replace('network_mode: "host"  # fast', "")
    project = composed(
        lab, {"docker-compose.yml": text.replace(f"BASE_URL=http://{LLM}", "BASE_URL=http://localhost:11434")}
    )
    Runner(inspect(lab)["Id"], NAME, lab.engine).wait_log(READY)
    written = lab.as_user(["docker", "exec", NAME, "/app/.venv/bin/python", "-c", WRITE])
    assert written.returncode == 0, written.stderr
    return project


def test_what_was_written_in_the_container_is_kept_through_compose(desktop: Lab) -> None:
    with_work(desktop)
    assert "/app/workspace" in fix(desktop, "--dry-run").stdout
    assert fix(desktop, "--yes").returncode == 0
    assert work(desktop) == "7"
    undone = desktop.doctor("undo", "--yes")
    assert undone.returncode == 0, undone.stderr
    assert work(desktop) == "7"
    assert len(desktop.engine.containers(all=True)) == 1


def work(lab: Lab) -> str:
    """What stands in the file that was written in the container, whether that runs or not."""
    copy = lab.home / "copied"
    done = lab.as_user(["docker", "cp", f"{NAME}:/app/workspace/job/x", str(copy)])
    assert done.returncode == 0, done.stderr
    return copy.read_text()


@pytest.mark.parametrize("finished", [False, True])
@pytest.mark.parametrize("step", COMPOSE_STEPS, ids=lambda step: step.name)
def test_a_kill_at_every_step_of_a_compose_repair_leaves_one_working_runner(
    desktop: Lab, step: FixStep, finished: bool
) -> None:
    project = with_work(desktop)
    kill_the_doctor(desktop, step, finished=finished)
    assert_recovers(desktop)
    assert project.service()["environment"]["MODE"] == "local"


@pytest.mark.parametrize("step", COMPOSE_STEPS[:-1], ids=lambda step: step.name)  # the last one needs no engine
def test_an_engine_that_is_killed_during_a_compose_repair_leaves_one_working_runner(
    desktop: Lab, step: FixStep
) -> None:
    with_work(desktop)
    kill_the_engine(desktop, step)
    assert_recovers(desktop)


def test_without_a_compose_tool_nothing_is_changed(desktop: Lab) -> None:
    composed(desktop, FORMS["list"])
    before = inspect(desktop)["Id"]
    tools = desktop.folder / "tools"
    tools.mkdir()
    (tools / "nsenter").symlink_to(str(shutil.which("nsenter")))
    done = desktop.doctor("fix", "--yes", env={"PATH": str(tools)})
    assert done.returncode == 1
    assert "docker-compose" in done.stderr
    assert inspect(desktop)["Id"] == before


STYLES = {**IN_PLACE, **RIGHT_AS_THEY_ARE}


@pytest.mark.parametrize("style", [style for style in STYLES if "services" in STYLES[style]])
def test_a_real_compose_tool_reads_what_the_doctor_wrote(tmp_path: Path, style: str) -> None:
    """And says of it what it said before, but for the two faults."""
    text = STYLES[style]
    before, after = tmp_path / "before", tmp_path / "after"
    for folder, raw in ((before, text.encode()), (after, repaired(text.encode(), edits(found({FILE: text.encode()}))))):
        folder.mkdir()
        (folder / FILE).write_bytes(raw)
    was, now = config(before), config(after)
    if style in RIGHT_AS_THEY_ARE:
        assert was == now
        return
    name = "worker" if "worker" in was["services"] else "agent-runner"
    mine = was["services"][name]
    del mine["network_mode"]
    variables = mine["environment"]
    del variables["STIGMER_BACKEND_URL"]
    variables["STIGMER_BACKEND_ENDPOINT"] = "host.docker.internal:7234"
    assert now == was


def config(folder: Path) -> Any:
    """The project as the tool reads it; its own folder stands for every folder."""
    done = subprocess.run(
        ["docker-compose", "-f", str(folder / FILE), "-p", "project", "config"],
        env=os.environ | FAST_COMPOSE,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return yaml.safe_load(done.stdout.replace(str(folder), "FOLDER"))
