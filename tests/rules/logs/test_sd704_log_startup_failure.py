"""SD704: a start-up that failed, at which step and with which error, and whether the runner got over it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Finding, Severity, Status
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.logs import sd704_log_startup_failure as sd704
from stigmer_doctor.rules.registry import RULES
from tests.healthy import NOT_MEASURED, healthy
from tests.rules.altered import altered
from tests.rules.different import temporal
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.vary import diagnose, in_state

STAMP = "2026-01-22 03:26:58,002 - __main__ - ERROR - "
RULER = STAMP + "=" * 80
READY = "2026-01-22 03:00:03,000 - __main__ - INFO - Worker ready, polling for tasks..."
PLAIN = "2026-01-22 03:27:00,001 - __main__ - INFO - Task Queue: q"
TEMPORAL = 'Failed client connect: Server connection error: tonic::transport::Error(Transport, ConnectError("x"))'
REDIS = "Failed to connect to Redis at redis.internal:6379: Error 111 connecting to redis.internal:6379."
SETTING = "STIGMER_LLM_MAX_TOKENS must be an integer, got 'many'"
MODULE = "No module named 'deepagents'"
STEP = f"{STAMP}STARTUP FAILURE: Configuration Error"
EXITED = in_state(healthy(), "exited", exit_code=1)
UNANSWERED = replace(EXITED, temporal=NOT_MEASURED)


def failed(step: str, *error: str) -> tuple[str, ...]:
    """How the runner logs a failed start: framed, with general advice after the error."""
    hints = ("Common causes:", "  - Redis connection failure (in cloud mode)", "  - Temporal connection failure")
    return (
        f"{STAMP}Fatal error in worker: {error[0]}", "Traceback (most recent call last):", "  ...",
        RULER, f"{STAMP}STARTUP FAILURE: {step}", RULER, f"{STAMP}Error: {error[0]}", *error[1:],
        f"{STAMP}This error will prevent the worker from processing any activities.",
        *(STAMP + hint for hint in hints), RULER,
        "2026-01-22 03:26:59,001 - __main__ - INFO - Worker process exiting",
    )  # fmt: skip


def lines(facts: f.Facts, *written: str, before_start: int | None = 0) -> f.Facts:
    return replace(facts, logs=f.Logs(lines=written, before_start=before_start))


def running(*written: str, restarts: int = 0, before_start: int | None = 0) -> f.Facts:
    return lines(altered(restart_count=restarts), *written, before_start=before_start)


SETTINGS = failed("Configuration Error", SETTING)
TOLD = Told(
    subject="stigmer-agent-runner",
    measured='"Configuration Error" at line 5 of 13 (1 in all), container exited',
    expected='"Worker ready" after the last start',
    endpoints=("settings",),
    message=(
        "the runner's start-up failed: Configuration Error (STIGMER_LLM_MAX_TOKENS must be an integer, got 'many')"
    ),
    advice=("A setting was not accepted. Correct the variable that the error is about, then start the runner again."),
    commands=("docker logs --tail 50 stigmer-agent-runner", "docker restart stigmer-agent-runner"),
)
REDIS_TOLD = Told(
    subject="stigmer-agent-runner",
    measured='"Worker Initialization Error" at line 5 of 13 (1 in all), container exited',
    expected='"Worker ready" after the last start',
    endpoints=("redis",),
    message="Worker Initialization Error (Failed to connect to Redis at redis.internal:6379",
    advice=("Redis could not be reached. Start it, or correct REDIS_HOST and REDIS_PORT, then start the runner again."),
    commands=("docker logs --tail 50 stigmer-agent-runner", "docker restart stigmer-agent-runner"),
)
BARE = Told(
    subject="stigmer-agent-runner",
    measured='"Configuration Error" at line 1 of 1 (1 in all), container exited',
    expected='"Worker ready" after the last start',
    endpoints=("settings",),
    message="the runner's start-up failed: Configuration Error$",
    advice="A setting was not accepted",
    commands=("docker logs --tail 50 stigmer-agent-runner", "docker restart stigmer-agent-runner"),
)

GRID: dict[Rule, list[Case]] = {
    sd704.RULE: [
        fires(
            "a setting is not accepted",
            lines(EXITED, *SETTINGS),
            TOLD._replace(
                evidence=(
                    (
                        "logs line 5 of 13: 2026-01-22 03:26:58,002 - __main__ - ERROR - STARTUP FAILURE: "
                        "Configuration Error"
                    ),
                    (
                        "logs line 7 of 13: 2026-01-22 03:26:58,002 - __main__ - ERROR - Error: "
                        "STIGMER_LLM_MAX_TOKENS must be an integer, got 'many'"
                    ),
                )
            ),
        ),
        fires(
            "Temporal was not reached, and answers now",
            lines(EXITED, *failed("Activity Registration Error", TEMPORAL)),
            TOLD._replace(
                measured='"Activity Registration Error" at line 5 of 13 (1 in all), container exited',
                endpoints=("temporal",),
                message="Activity Registration Error (Failed client connect",
                advice="Temporal answers now: start the runner again.",
                commands=("docker restart stigmer-agent-runner",),
            ),
        ),
        fires(
            "Temporal was not reached, and was not asked",
            lines(UNANSWERED, *failed("Activity Registration Error", TEMPORAL)),
            TOLD._replace(
                measured='"Activity Registration Error" at line 5 of 13 (1 in all), container exited',
                endpoints=("temporal",),
                message="Activity Registration Error (Failed",
                advice="Temporal could not be reached. Fix that link, then start the runner again.",
            ),
        ),
        fires(
            "Temporal was not reached, and does not answer",
            lines(
                in_state(temporal(answered=f.Answered.TIMED_OUT), "exited"),
                *failed("Activity Registration Error", TEMPORAL),
            ),
            TOLD._replace(
                measured='"Activity Registration Error" at line 5 of 13 (1 in all), container exited',
                endpoints=("temporal",),
                message="Activity Registration Error (Failed",
                advice="Temporal could not be reached. Fix that link, then start",
            ),
        ),
        *(
            fires(
                f"Redis was not reached: {error[:20]}",
                lines(EXITED, *failed("Worker Initialization Error", error)),
                REDIS_TOLD._replace(message=f"Worker Initialization Error ({error[:20]}"),
            )
            for error in (
                REDIS,
                "Error -3 connecting to x:1. x",
                "redis.exceptions.X",
                "Redis host and port",
                "DENIED Redis is running in protected mode because",
                "HELLO must be called",
                "NOAUTH x",
                "WRONGPASS x",
                "Authentication required.",
                "invalid username-password pair",
                "invalid password",
            )
        ),
        fires("Redis was not reached", lines(EXITED, *failed("Worker Initialization Error", REDIS)), REDIS_TOLD),
        fires(
            "the LLM was not reached",
            lines(EXITED, *failed("Worker Initialization Error", "All connection attempts failed")),
            TOLD._replace(
                measured='"Worker Initialization Error" at line 5 of 13 (1 in all), container exited',
                endpoints=("llm",),
                message="Worker Initialization Error (All connection",
                advice="The quoted lines say what was wrong. Correct it, then start the runner again.",
            ),
        ),
        fires(
            "something else went wrong",
            lines(EXITED, *failed("Activity Registration Error", MODULE)),
            TOLD._replace(
                measured='"Activity Registration Error" at line 5 of 13 (1 in all), container exited',
                endpoints=(),
                message="Activity Registration Error (No module",
                advice="The quoted lines say what was wrong. Correct it, then start the runner again.",
            ),
        ),
        fires(
            "a setting of an endpoint",
            lines(EXITED, *failed("Configuration Error", "Ollama needs a base URL: set OLLAMA_BASE_URL")),
            TOLD._replace(
                endpoints=("llm",),
                message="Configuration Error (Ollama needs",
                advice="The quoted lines say what was wrong. Correct it, then start the runner again.",
            ),
        ),
        fires(
            "an error of several lines",
            lines(EXITED, *failed("Configuration Error", "3 settings are wrong:", "  MODE", "  TTL", "  X")),
            TOLD._replace(
                measured='"Configuration Error" at line 5 of 16 (1 in all), container exited',
                message="Configuration Error (3 settings are wrong:)",
                evidence=(
                    (
                        "logs line 5 of 16: 2026-01-22 03:26:58,002 - __main__ - ERROR - STARTUP FAILURE: "
                        "Configuration Error"
                    ),
                    ("logs line 7 of 16: 2026-01-22 03:26:58,002 - __main__ - ERROR - Error: 3 settings are wrong:"),
                    "logs line 8 of 16:   MODE",
                    "logs line 9 of 16:   TTL",
                ),
            ),
        ),
        fires(
            "an error of 160 characters",
            lines(EXITED, STEP, STAMP + "x" * 160),
            TOLD._replace(
                measured='"Configuration Error" at line 1 of 2 (1 in all), container exited',
                message=f"Error ({'x' * 160})",
            ),
        ),
        fires(
            "an error of 161 characters",
            lines(EXITED, STEP, STAMP + "x" * 161),
            TOLD._replace(
                measured='"Configuration Error" at line 1 of 2 (1 in all), container exited',
                message=f"Error ({'x' * 159}…)",
            ),
        ),
        fires(
            "it is the end of the log",
            lines(EXITED, STEP),
            BARE._replace(
                evidence=(
                    (
                        "logs line 1 of 1: 2026-01-22 03:26:58,002 - __main__ - ERROR - STARTUP FAILURE: "
                        "Configuration Error"
                    ),
                )
            ),
        ),
        fires(
            "a ruler follows",
            lines(EXITED, STEP, RULER, "=" * 5, "", "\N{REPLACEMENT CHARACTER}", " - "),
            BARE._replace(measured='"Configuration Error" at line 1 of 6 (1 in all), container exited'),
        ),
        fires(
            "an ordinary line follows",
            lines(EXITED, STEP, PLAIN, SETTING),
            BARE._replace(measured='"Configuration Error" at line 1 of 3 (1 in all), container exited'),
        ),
        fires(
            "a line of 9000 characters follows",
            lines(EXITED, STEP, "x" * 9000),
            BARE._replace(
                measured='"Configuration Error" at line 1 of 2 (1 in all), container exited',
                message=f"Error ({'x' * 159}…)",
            ),
        ),
        fires(
            "two starts failed",
            lines(EXITED, *failed("Activity Registration Error", MODULE), *SETTINGS),
            TOLD._replace(measured='"Configuration Error" at line 18 of 26 (2 in all), container exited'),
        ),
        fires(
            "it was ready before it failed",
            lines(EXITED, READY, *SETTINGS),
            TOLD._replace(measured='"Configuration Error" at line 6 of 14 (1 in all), container exited'),
        ),
        fires(
            "it is running, and this start failed",
            running(*SETTINGS),
            TOLD._replace(measured='"Configuration Error" at line 5 of 13 (1 in all), container running'),
        ),
        fires(
            "it is running, and the first line of this start says so",
            running("x", STEP, before_start=1),
            BARE._replace(measured='"Configuration Error" at line 2 of 2 (1 in all), container running'),
        ),
        fires(
            "it is running again, and the last line of the one before says so",
            running("x", STEP, before_start=2),
            BARE._replace(
                measured='"Configuration Error" at line 2 of 2 (1 in all), container running', severity=Severity.WARNING
            ),
        ),
        fires(
            "it is running again, and it is not known since when",
            running(*SETTINGS, before_start=None),
            TOLD._replace(
                measured='"Configuration Error" at line 5 of 13 (1 in all), container running',
                severity=Severity.WARNING,
            ),
        ),
        fires(
            "the engine has started it again after it failed",
            running(*SETTINGS, PLAIN, restarts=1, before_start=len(SETTINGS)),
            TOLD._replace(measured='"Configuration Error" at line 5 of 14 (1 in all), container running'),
        ),
        fires(
            "it was started again after it failed, and is stopped",
            lines(EXITED, *SETTINGS, PLAIN, before_start=len(SETTINGS)),
            TOLD._replace(measured='"Configuration Error" at line 5 of 14 (1 in all), container exited'),
        ),
        fires(
            "an error that quotes a line of the log",
            lines(EXITED, STEP, f"{STAMP}{STAMP}x"),
            TOLD._replace(
                measured='"Configuration Error" at line 1 of 2 (1 in all), container exited',
                message="Error (2026-01-22 03:26:58,002 - __main__ - ERROR - x)$",
            ),
        ),
        fires(
            "it has got over it",
            running(*SETTINGS, READY, before_start=len(SETTINGS)),
            TOLD._replace(
                measured='"Configuration Error" at line 5 of 14 (1 in all), container running',
                message="an earlier start-up failed (Configuration Error); the runner has started since",
                advice="Nothing: the runner is ready now.",
                severity=Severity.INFO,
                commands=(),
            ),
        ),
        fires(
            "it has got over it right after",
            running(STEP, READY),
            TOLD._replace(
                measured='"Configuration Error" at line 1 of 2 (1 in all), container running',
                message="an earlier start-up failed (Configuration Error); the runner has started since",
                advice="Nothing: the runner is ready now.",
                severity=Severity.INFO,
                commands=(),
            ),
        ),
        does_not_fire("it has got over it, and stopped for another reason", lines(EXITED, *SETTINGS, READY)),
        does_not_fire("the log has no failure", healthy()),
        does_not_fire("a step that is not the runner's", lines(EXITED, f"{STAMP}STARTUP FAILURE: x")),
        not_checked("there is no log", replace(EXITED, logs=f.NotMeasured(reason="no log driver")), "no log driver"),
        not_checked(
            "there is no container", replace(lines(EXITED, *SETTINGS), container=NOT_MEASURED), NOT_MEASURED.reason
        ),
    ]
}


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)


def among_all(code: str, facts: f.Facts) -> tuple[Status, Finding | None]:
    """The finding of that code, among those of all rules."""
    diagnosis = diagnose(facts, *RULES)
    assert diagnosis.summary.crash == 0
    return diagnosis.status, next((finding for finding in diagnosis.findings if finding.code == code), None)


@pytest.mark.parametrize(("code", "state"), [("SD112", "exited"), ("SD113", "restarting")])
def test_an_invalid_setting_is_not_blamed_on_temporal(code: str, state: str) -> None:
    facts = in_state(replace(healthy(), temporal=NOT_MEASURED), state, exit_code=1)
    _, finding = among_all(code, lines(facts, *SETTINGS))
    assert finding
    assert finding.endpoints == ("settings",)
    assert finding.caused_by == ("SD704",)


@pytest.mark.parametrize("now", [(), (PLAIN,)])
def test_a_loop_has_its_logs_error_as_cause_also_while_it_is_up(now: tuple[str, ...]) -> None:
    written = (*failed("Activity Registration Error", MODULE), *now)
    facts = altered(in_state(healthy(), "running", started_at="2026-01-22T03:27:00Z"), restart_count=5)
    facts = lines(facts, *written, before_start=len(written) - len(now))
    status, finding = among_all("SD704", replace(facts, temporal=NOT_MEASURED))
    assert finding
    assert (status, finding.severity, finding.caused_by) == (Status.FAIL, Severity.ERROR, ())
    _, loop = among_all("SD113", facts)
    assert loop
    assert loop.caused_by == ("SD704",)


def test_a_loop_that_a_start_has_ended_is_over() -> None:
    written = (*failed("Activity Registration Error", TEMPORAL), READY)
    facts = altered(in_state(healthy(), "running", started_at="2026-01-22T03:27:00Z"), restart_count=5)
    assert among_all("SD113", lines(facts, *written, before_start=len(written) - 1)) == (Status.PASS, None)
