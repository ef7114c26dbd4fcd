"""How far the runner's last start has come: by its log, and by the clock where the log does not tell."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from stigmer_doctor import profile
from stigmer_doctor.analysis.startup import Failure, Startup, last_failure, parts_at_start, startup, too_early
from stigmer_doctor.model import facts as f
from tests.healthy import healthy
from tests.rules.altered import container_of, variables

KNOWN = profile.load()
PREFIX = "2026-01-22 03:26:58,001 - root - {} - "
READY = f"{PREFIX.format('INFO')}Worker ready, polling for tasks..."
ERROR = PREFIX.format("ERROR")
FAILED = f"{ERROR}STARTUP FAILURE: Worker Initialization Error"
SETTINGS = f"{ERROR}STARTUP FAILURE: Configuration Error"
CONTAINER = container_of(healthy())
STARTED = CONTAINER.state.started_at
assert STARTED == "2026-01-22T03:00:01Z"


def log(*lines: str, truncated: bool = False, before_start: int | None = None, last_at: str = "") -> f.Logs:
    return f.Logs(lines=lines, truncated=truncated, before_start=before_start, last_at=last_at)


@pytest.mark.parametrize(
    ("logs", "state"),
    [
        (log(), Startup.STARTING),
        (log(READY), Startup.READY),
        (log(FAILED), Startup.FAILED),
        (log(FAILED, READY), Startup.READY),
        (log(READY, FAILED), Startup.FAILED),
        (log(READY, FAILED, "x", before_start=1), Startup.FAILED),
        (log(READY, FAILED, "x", before_start=2), Startup.STARTING),
        (log("x", truncated=True), Startup.UNKNOWN),
        (log("x", truncated=True, before_start=0), Startup.UNKNOWN),
        (log("x", truncated=True, before_start=1), Startup.STARTING),
        (log(READY, truncated=True), Startup.READY),
        (f.NotMeasured(reason="nobody looked"), Startup.UNKNOWN),
    ],
)
def test_the_last_of_ready_and_failed_counts(logs: f.Logs | f.NotMeasured, state: Startup) -> None:
    assert startup(CONTAINER, KNOWN, logs=logs) is state
    stopped = replace(CONTAINER, state=replace(CONTAINER.state, status="exited"))
    assert startup(stopped, KNOWN, logs=logs) is Startup.NOT_RUNNING


@pytest.mark.parametrize(("level", "state"), [("warning ", Startup.UNKNOWN), ("debug", Startup.STARTING)])
def test_a_runner_that_may_not_say_so_is_not_said_to_be_starting(level: str, state: Startup) -> None:
    assert startup(container_of(variables(LOG_LEVEL=level)), KNOWN, logs=log()) is state
    assert startup(container_of(variables(LOG_LEVEL=None)), KNOWN, logs=log()) is Startup.STARTING


def at(seconds: int) -> str:
    """So long after the container's start."""
    minutes, rest = divmod(seconds + 1, 60)
    return f"2026-01-22T03:{minutes:02}:{rest:02}Z"


@pytest.mark.parametrize(
    ("state", "logs", "uptime", "said"),
    [
        (Startup.STARTING, log(), 900, "the runner is still starting"),
        (Startup.UNKNOWN, log(), 179, "the runner may still be starting"),
        (Startup.UNKNOWN, log(), 180, ""),
        (Startup.READY, log(READY), 14, "the runner became ready a moment ago"),
        (Startup.READY, log(READY), 15, ""),
        (Startup.READY, log(READY, *"1234", last_at=at(86)), 100, "the runner became ready a moment ago"),
        (Startup.READY, log(READY, *"12345", last_at=at(86)), 100, ""),
        (Startup.READY, log(READY, *"1234", last_at=at(85)), 100, ""),
        (Startup.READY, f.NotMeasured(reason="nobody looked"), 900, "the runner became ready a moment ago"),
        (Startup.FAILED, log(FAILED), 1, ""),
        (Startup.NOT_RUNNING, log(), 1, ""),
    ],
)
def test_a_worker_that_does_not_poll_yet_proves_nothing(
    state: Startup, logs: f.Logs | f.NotMeasured, uptime: int, said: str
) -> None:
    assert too_early(CONTAINER, state, at(uptime), KNOWN, logs=logs).partition(":")[0] == said


def failure(*lines: str) -> Failure:
    found = last_failure(KNOWN, logs=log(*lines))
    assert found
    return found


def test_the_last_failure_and_how_many_there_were() -> None:
    assert last_failure(KNOWN, logs=log("x", READY)) is None
    assert last_failure(KNOWN, logs=f.NotMeasured(reason="nobody looked")) is None
    found = failure(SETTINGS, READY, FAILED)
    assert (found.step, found.line.number, found.times) == ("Worker Initialization Error", 3, 2)


def test_the_lines_of_its_error_are_those_of_one_record() -> None:
    lines = (f"{ERROR}=====", f"{ERROR}it broke", "because", "-----", "of this", f"{ERROR}advice", "more")
    found = failure(FAILED, *lines)
    assert [(line.number, line.text) for line in found.error] == [
        (3, f"{ERROR}it broke"), (4, "because"), (6, "of this")
    ]  # fmt: skip
    assert failure(FAILED, f"{PREFIX.format('INFO')}all is well", "it broke").error == []


@pytest.mark.parametrize(
    ("step", "error", "about", "parts"),
    [
        (FAILED, "failed to connect to all addresses", "backend", ("backend",)),
        (FAILED, "Failed client connect: x", "temporal", ("temporal",)),
        (FAILED, "Failed to connect to Redis", "redis", ("redis",)),
        (FAILED, "STIGMER_BACKEND_ENDPOINT is wrong", "", ("temporal", "start")),
        (SETTINGS, "STIGMER_BACKEND_ENDPOINT is wrong", "backend", ("backend",)),
        (SETTINGS, "MODE is wrong", "settings", ("settings",)),
    ],
)
def test_what_a_failed_start_is_about(step: str, error: str, about: str, parts: tuple[str, ...]) -> None:
    found = failure(step, error)
    assert found.about == about
    assert parts_at_start(found) == parts


def test_without_a_failure_every_start_needs_temporal_and_the_settings() -> None:
    assert parts_at_start(None) == ("temporal", "start")
