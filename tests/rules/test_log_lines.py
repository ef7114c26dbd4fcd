"""What lines of the log say about now: only the runner's own client can show that its link works again."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Finding, Severity, Status
from stigmer_doctor.rules.registry import RULES
from tests.healthy import NOT_MEASURED
from tests.rules.altered import altered
from tests.rules.different import GRPC_LINE, HTTP_LINE, RUST_LINE, polled
from tests.rules.vary import diagnose, healthy, in_state

STAMP = "2026-01-22 03:26:58,002 - __main__ - ERROR - "
RULER = STAMP + "=" * 80
READY = "2026-01-22 03:00:03,000 - __main__ - INFO - Worker ready, polling for tasks..."
SUCCESS = {
    "SD701": [
        '2026-01-22 03:27:01,000 - httpx - INFO - HTTP Request: POST http://x:11434/api/chat "HTTP/1.1 200 OK"',
        "2026-01-22 03:27:01,000 - temporalio.activity - INFO - Execution aex-1 completed - processed 12 events",
    ],
    "SD702": ["2026-01-22 03:27:01,000 - temporalio.activity - INFO - Final status update sent successfully"],
    "SD703": ["2026-01-22 03:27:01,000 - worker.worker - INFO - Connected to Temporal server at x:7233"],
}
FAILURE = {"SD701": HTTP_LINE, "SD702": GRPC_LINE, "SD703": RUST_LINE}


def found(code: str, facts: f.Facts, *lines: str, before_start: int | None = 0) -> tuple[Status, Finding | None]:
    diagnosis = diagnose(replace(facts, logs=f.Logs(lines=lines, before_start=before_start)), *RULES)
    assert diagnosis.summary.crash == 0
    return diagnosis.status, next((finding for finding in diagnosis.findings if finding.code == code), None)


@pytest.mark.parametrize("code", ["SD701", "SD702"])
def test_that_another_client_gets_through_does_not_make_it_work(code: str) -> None:
    status, finding = found(code, healthy(), READY, FAILURE[code])
    assert finding
    assert (status, finding.severity) == (Status.WARN, Severity.WARNING)
    assert "for the runner" in finding.message


@pytest.mark.parametrize(("code", "line"), [(code, line) for code, lines in SUCCESS.items() for line in lines])
def test_a_later_success_of_the_same_client_does(code: str, line: str) -> None:
    status, finding = found(code, polled(), READY, FAILURE[code], line)
    assert finding
    assert finding.severity is Severity.INFO
    assert "line 3" in finding.message
    _, earlier = found(code, healthy(), line, FAILURE[code])
    assert earlier
    assert code == "SD703" or earlier.severity is Severity.WARNING
    assert status is not None


@pytest.mark.parametrize("line", SUCCESS["SD702"] + SUCCESS["SD703"])
def test_a_success_of_another_client_does_not(line: str) -> None:
    assert found("SD701", healthy(), READY, HTTP_LINE, line)[0] is Status.WARN


def test_a_worker_that_polls_has_reached_temporal() -> None:
    status, finding = found("SD703", healthy(), RUST_LINE, READY)
    assert finding
    assert (status, finding.severity) == (Status.PASS, Severity.INFO)
    assert "polls" in found("SD703", healthy(), READY, RUST_LINE)[1].message  # type: ignore[union-attr]


def test_a_failure_of_an_earlier_start_says_nothing_about_this_one() -> None:
    status, finding = found("SD701", healthy(), HTTP_LINE, READY, before_start=1)
    assert finding
    assert (status, finding.severity) == (Status.PASS, Severity.INFO)
    assert "none since the container's last start" in finding.measured


def test_without_an_answer_it_stays_a_warning() -> None:
    _, finding = found("SD701", replace(healthy(), llm=NOT_MEASURED), READY, HTTP_LINE)
    assert finding
    assert finding.severity is Severity.WARNING
    assert "not measured" in finding.message


# ---- a start that failed ---------------------------------------------------------------------------------------------


def failed(step: str, *error: str) -> tuple[str, ...]:
    hints = ("Common causes:", "  - Redis connection failure (in cloud mode)", "  - Temporal connection failure")
    return (
        f"{STAMP}Fatal error in worker: {error[0]}", "Traceback (most recent call last):", "  ...",
        RULER, f"{STAMP}STARTUP FAILURE: {step}", RULER, f"{STAMP}Error: {error[0]}", *error[1:],
        f"{STAMP}This error will prevent the worker from processing any activities.",
        *(STAMP + hint for hint in hints), RULER,
        "2026-01-22 03:26:59,001 - __main__ - INFO - Worker process exiting",
    )  # fmt: skip


TEMPORAL = 'Failed client connect: Server connection error: tonic::transport::Error(Transport, ConnectError("x"))'
REDIS = "Failed to connect to Redis at redis.internal:6379: Error 111 connecting to redis.internal:6379."
SETTING = "STIGMER_LLM_MAX_TOKENS must be an integer, got 'many'"


@pytest.mark.parametrize(
    ("step", "error", "about"),
    [
        ("Activity Registration Error", TEMPORAL, ("temporal",)),
        ("Worker Initialization Error", REDIS, ("redis",)),
        ("Worker Initialization Error", "DENIED Redis is running in protected mode because", ("redis",)),
        ("Worker Initialization Error", "Authentication required.", ("redis",)),
        ("Configuration Error", SETTING, ("settings",)),
        ("Activity Registration Error", "No module named 'deepagents'", ()),
    ],
)
def test_the_error_is_quoted_and_says_what_it_is_about(step: str, error: str, about: tuple[str, ...]) -> None:
    _, finding = found("SD704", in_state(healthy(), "exited", exit_code=1), *failed(step, error))
    assert finding
    assert error[:100] in finding.message
    assert "=====" not in finding.message + "".join(evidence.value for evidence in finding.evidence)
    assert "Common causes" not in "".join(evidence.value for evidence in finding.evidence)
    assert finding.endpoints == about


def test_an_error_of_several_lines_is_quoted_as_a_whole() -> None:
    lines = failed("Configuration Error", "2 settings are wrong:", "  MODE", "  TTL")
    _, finding = found("SD704", in_state(healthy(), "exited", exit_code=1), *lines)
    assert finding
    assert [evidence.value.strip() for evidence in finding.evidence[2:]] == ["MODE", "TTL"]


@pytest.mark.parametrize("code", ["SD112", "SD113"])
def test_an_invalid_setting_is_not_blamed_on_temporal(code: str) -> None:
    state = "exited" if code == "SD112" else "restarting"
    facts = in_state(replace(healthy(), temporal=NOT_MEASURED), state, exit_code=1)
    _, finding = found(code, facts, *failed("Configuration Error", SETTING))
    assert finding
    assert finding.endpoints == ("settings",)
    assert finding.caused_by == ("SD704",)


@pytest.mark.parametrize("line", ["", "=" * 5, RULER, "\N{REPLACEMENT CHARACTER}", "x" * 9000, " - ERROR - "])
def test_a_failure_at_the_end_of_the_log_or_before_rubbish_is_still_told(line: str) -> None:
    _, finding = found(
        "SD704", in_state(healthy(), "exited", exit_code=1), f"{STAMP}STARTUP FAILURE: Configuration Error", line
    )
    assert finding


@pytest.mark.parametrize("now", [(), ("2026-01-22 03:27:00,001 - __main__ - INFO - Task Queue: q",)])
def test_a_loop_has_its_logs_error_as_cause_also_while_it_is_up(now: tuple[str, ...]) -> None:
    lines = (*failed("Activity Registration Error", "No module named 'deepagents'"), *now)
    facts = altered(in_state(healthy(), "running", started_at="2026-01-22T03:27:00Z"), restart_count=5)
    status, finding = found("SD704", replace(facts, temporal=NOT_MEASURED), *lines, before_start=len(lines) - len(now))
    assert finding
    assert (status, finding.severity, finding.caused_by) == (Status.FAIL, Severity.ERROR, ())
    _, loop = found("SD113", facts, *lines, before_start=len(lines) - len(now))
    assert loop
    assert loop.caused_by == ("SD704",)


def test_a_loop_that_a_start_has_ended_is_over() -> None:
    lines = (*failed("Activity Registration Error", TEMPORAL), READY)
    facts = altered(in_state(healthy(), "running", started_at="2026-01-22T03:27:00Z"), restart_count=5)
    assert found("SD113", facts, *lines, before_start=len(lines) - 1) == (Status.PASS, None)
