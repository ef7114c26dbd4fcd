"""Containers: other programs', starting, hung, with foreign pollers, at their limits, and what their logs remember."""

from __future__ import annotations

import time

from tests.lab import image
from tests.lab.lab import READY, Lab, Runner
from tests.lab.reality.case import Case, Setup
from tests.lab.scenarios import ALIAS, ALL, LOCALHOST, daemon_environment

_LLM_AT_LOCALHOST = {"STIGMER_LLM_BASE_URL": LOCALHOST["STIGMER_LLM_BASE_URL"]}
_OF_AN_EXECUTION = 8
_FIRST_REQUEST_S = 20
"""By when a worker that lives has asked for tasks; before, the doctor says that it cannot know."""
_PYTHON = "/app/.venv/bin/python"
_SAYS_READY = "import logging,time;logging.basicConfig(format='%(asctime)s - %(name)s - %(levelname)s - %(message)s');"
_SAYS_READY += "logging.getLogger('__main__').warning('🚀 Worker ready, polling for tasks...');time.sleep(9999)"


def _runner(lab: Lab) -> Runner:
    return Setup()(lab)


def _workflow_runner(lab: Lab) -> None:
    """The server's image in its other role: it reads the same addresses, and is not an agent-runner."""
    lab.services.start(*ALL)
    lab.load(image.NO_INTERPRETER)
    lab.engine.tag(image.NO_INTERPRETER, "stigmer-server", "lab")
    environment = {"STIGMER_BACKEND_ENDPOINT": f"{ALIAS}:7234", "TEMPORAL_SERVICE_ADDRESS": f"{ALIAS}:7233"}
    made = lab.engine.create_container("stigmer-server:lab", name="stigmer-workflow-runner", environment=environment)
    lab.engine.start(made["Id"])


def _beside_a_workflow_runner(lab: Lab) -> Runner:
    _workflow_runner(lab)
    return _runner(lab)


def _foreign(lab: Lab) -> Runner:
    """Another worker, at home elsewhere, takes tasks of the queue and fails them."""
    runner = _runner(lab)
    wrong = daemon_environment(STIGMER_LLM_BASE_URL="http://localhost:1")
    lab.run(name="somebody-elses", env=wrong, config={"hostname": "colleague"}).wait_log(READY)
    time.sleep(1)
    return runner


def _dead_beside_a_predecessor(lab: Lab) -> Runner:
    """A worker that has said it is ready and polls no more; Temporal still lists the one before it."""
    before = _runner(lab)
    lab.execute("aex-before")
    lab.engine.remove_container(before.id, force=True)
    hung = lab.run(env=daemon_environment(), config={"command": [_PYTHON, "-c", _SAYS_READY]})
    hung.wait_log(READY)
    time.sleep(_FIRST_REQUEST_S)
    return hung


def _restarted(lab: Lab) -> Runner:
    runner = _runner(lab)
    lab.engine.restart(runner.id, timeout=1)
    deadline = time.monotonic() + 60
    while runner.logs().count(READY) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    return runner


def _llm_came_back(lab: Lab, *, used: bool) -> Runner:
    runner = _runner(lab)
    lab.services.stop("llm")
    lab.execute("aex-while-down", within=20)
    lab.services.start("llm")
    if used:
        lab.execute("aex-after", within=20)
    return runner


def _backend_failed_once(lab: Lab) -> Runner:
    runner = _runner(lab)
    lab.services.stop("backend")
    lab.execute("aex-while-down", within=30)
    lab.services.start("backend")
    lab.execute("aex-after", within=30)
    return runner


def _few_processes(lab: Lab) -> Runner:
    """Little more than an execution starts for itself: each has threads of gRPC's that end with it."""
    runner = _runner(lab)
    lab.execute("aex-first")
    threads = _usage(lab, runner, "pids_stats", "current")
    _update(lab, runner, "--pids-limit", str(threads + _OF_AN_EXECUTION))
    return runner


def _little_memory(lab: Lab) -> Runner:
    """3 MiB are left under the limit once an execution has loaded all it needs."""
    runner = _runner(lab)
    lab.execute("aex-first")
    used = _usage(lab, runner, "memory_stats", "usage")
    _update(lab, runner, "--memory", str(used + 3 * 1024 * 1024), "--memory-swap", str(used + 3 * 1024 * 1024))
    return runner


def _usage(lab: Lab, runner: Runner, group: str, name: str) -> int:
    return int(lab.engine.stats(runner.id, stream=False)[group][name])


def _update(lab: Lab, runner: Runner, *options: str) -> None:
    done = lab.as_user(["docker", "update", *options, runner.id])
    if done.returncode:
        raise RuntimeError(done.stderr)


def _stopped(lab: Lab) -> Runner:
    runner = _runner(lab)
    lab.engine.stop(runner.id, timeout=1)
    return runner


def _crash_loop(lab: Lab) -> Runner:
    """The loop's pauses are long by now."""
    runner = Setup({"STIGMER_SANDBOX_TTL": "never"}, until="STARTUP FAILURE")(lab)
    time.sleep(4)
    return runner


CONTAINERS = (
    Case("only-a-workflow-runner", ("SD111",), _workflow_runner),
    Case("beside-a-workflow-runner", (), _beside_a_workflow_runner, works=True),
    # Whether the other one's executions fail cannot be seen from here: it is a warning.
    Case("foreign-poller", ("SD115|SD508",), _foreign, executions=4, compare=False),
    Case("dead-beside-a-predecessor", ("SD506",), _dead_beside_a_predecessor),
    # Nobody polls yet, and nothing is wrong: that is neither a pass nor a fault.
    Case("starting", (), Setup(image=image.SLOW, until=None), works=True, unmeasurable=True),
    Case("slow-and-ready", (), Setup(image=image.SLOW), works=True),
    Case("restarted", (), _restarted, works=True),
    Case("llm-came-back-unused", (), lambda lab: _llm_came_back(lab, used=False), works=True),
    Case("llm-came-back", (), lambda lab: _llm_came_back(lab, used=True), works=True),
    Case("backend-failed-once", (), _backend_failed_once, works=True),
    Case("few-processes", (), _few_processes, works=True),
    Case("little-memory", (), _little_memory, works=True),
    Case("stopped-runner", ("SD112",), _stopped),
    Case("crash-loop", ("SD306",), _crash_loop),
)

_EXEC, _CREATE = r"POST /v[\d.]+/containers/\w+/exec ", r"POST /v[\d.]+/containers/create"
FORBIDDEN = (
    Case("exec-forbidden", (), _runner, works=True, forbidden=(_EXEC,)),
    Case("exec-forbidden-llm-loopback", ("SD204",), Setup(_LLM_AT_LOCALHOST), forbidden=(_EXEC,)),
    Case("everything-forbidden", (), _runner, works=True, forbidden=(_EXEC, _CREATE), unmeasurable=True),
)
