"""SD113: the runner starts, fails and is started again."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.container.sd113_runner_restart_loop import RULE
from tests.healthy import NOT_MEASURED, healthy
from tests.rules.altered import altered
from tests.rules.different import START_LINE, restarts
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.vary import in_state, logging

# The facts were collected at 03:27:23.
LATELY, AT_THE_LIMIT, LONG_AGO = "2026-01-22T03:27:20Z", "2026-01-22T03:25:23Z", "2026-01-20T03:00:00Z"
READY = "2026-01-22 03:27:22,000 - root - INFO - Worker ready, polling for tasks..."


def restarted(count: int, started_at: str, *lines: str) -> f.Facts:
    """It runs, was restarted so often, and its log holds these lines only."""
    return replace(restarts(count, started_at), logs=f.Logs(lines=lines))


def unreadable(facts: f.Facts) -> f.Facts:
    return replace(facts, logs=f.NotMeasured(reason="not readable"))


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "it is being restarted",
            altered(in_state(healthy(), "restarting", exit_code=1), restart_count=7),
            Told(
                subject="stigmer-agent-runner",
                measured="restarting, 7 restarts, exit code 1",
                expected="running since its first start",
                endpoints=("temporal", "start"),
                message="the runner keeps failing and being restarted (7 restarts)",
                advice="The log says at which step each start fails",
                commands=("docker logs --tail 50 stigmer-agent-runner",),
                evidence=("inspect State, RestartCount: stigmer-agent-runner: restarting, 7 restarts, exit code 1",),
            ),
        ),
        fires(
            "for the first time",
            altered(in_state(healthy(), "restarting", exit_code=1), restart_count=1),
            Told(
                subject="stigmer-agent-runner",
                measured="restarting, 1 restart, exit code 1",
                expected="running since its first start",
                endpoints=("temporal", "start"),
                message="(1 restart)",
                advice="The log says at which step each start fails",
                commands=("docker logs --tail 50 stigmer-agent-runner",),
            ),
        ),
        fires(
            "its start is written in another zone",
            unreadable(restarts(3, "2026-01-22T05:27:20+02:00")),
            Told(
                subject="stigmer-agent-runner",
                measured="running, 3 restarts, started 3 s ago",
                expected="running since its first start",
                endpoints=("temporal", "start"),
                message="(3 restarts)",
                advice="The log says",
                commands=("docker logs --tail 50 stigmer-agent-runner",),
            ),
        ),
        fires(
            "the engine has no time of its start, and it is starting",
            restarted(3, "0001-01-01T00:00:00Z", "2026-01-22 03:26:58,001 - root - INFO - connecting"),
            Told(
                subject="stigmer-agent-runner",
                measured="running, 3 restarts, exit code 0",
                expected="running since its first start",
                endpoints=("temporal", "start"),
                message="(3 restarts)",
                advice="The log says",
                commands=("docker logs --tail 50 stigmer-agent-runner",),
            ),
        ),
        fires(
            "it is being restarted for the first time, and its log was not read",
            unreadable(in_state(healthy(), "restarting", exit_code=1)),
            Told(
                subject="stigmer-agent-runner",
                measured="restarting, 0 restarts, exit code 1",
                expected="running since its first start",
                endpoints=("temporal", "start"),
                message="(0 restarts)",
                advice="the engine's next start succeeds",
                commands=("docker logs --tail 50 stigmer-agent-runner",),
            ),
        ),
        fires(
            "it runs again, for 3 s, and its log does not tell how far it has come",
            unreadable(restarts(3, LATELY)),
            Told(
                subject="stigmer-agent-runner",
                measured="running, 3 restarts, started 3 s ago",
                expected="running since its first start",
                endpoints=("temporal", "start"),
                message="(3 restarts)",
                advice="The log says",
                commands=("docker logs --tail 50 stigmer-agent-runner",),
            ),
        ),
        fires(
            "by this machine's clock it starts in the future",
            unreadable(restarts(3, "2026-01-22T03:27:30Z")),
            Told(
                subject="stigmer-agent-runner",
                measured="running, 3 restarts, started 0 s ago",
                expected="running since its first start",
                endpoints=("temporal", "start"),
                message="(3 restarts)",
                advice="The log says",
                commands=("docker logs --tail 50 stigmer-agent-runner",),
            ),
        ),
        fires(
            "it is starting once more, for however long",
            restarted(9, LONG_AGO, "2026-01-22 03:26:58,001 - root - INFO - connecting"),
            Told(
                subject="stigmer-agent-runner",
                measured="running, 9 restarts, started 174443 s ago",
                expected="running since its first start",
                endpoints=("temporal", "start"),
                message="(9 restarts)",
                advice="The log says",
                commands=("docker logs --tail 50 stigmer-agent-runner",),
            ),
        ),
        fires(
            "its last start failed, and it has not ended yet",
            restarted(9, LONG_AGO, START_LINE),
            Told(
                subject="stigmer-agent-runner",
                measured="running, 9 restarts, started 174443 s ago",
                expected="running since its first start",
                endpoints=("temporal", "start"),
                message="(9 restarts)",
                advice="The log says",
                commands=("docker logs --tail 50 stigmer-agent-runner",),
            ),
        ),
        fires(
            "nobody knows since when it is starting",
            restarted(9, "", "2026-01-22 03:26:58,001 - root - INFO - connecting"),
            Told(
                subject="stigmer-agent-runner",
                measured="running, 9 restarts, exit code 0",
                expected="running since its first start",
                endpoints=("temporal", "start"),
                message="(9 restarts)",
                advice="The log says",
                commands=("docker logs --tail 50 stigmer-agent-runner",),
            ),
        ),
        fires(
            "it got ready a moment ago, and no failed start is in its log",
            restarted(9, LATELY, READY),
            Told(
                subject="stigmer-agent-runner",
                measured="running, 9 restarts, started 3 s ago",
                expected="running since its first start",
                endpoints=("temporal", "start"),
                message="(9 restarts)",
                advice="The log says",
                commands=("docker logs --tail 50 stigmer-agent-runner",),
            ),
        ),
        fires(
            "it runs out of memory",
            altered(in_state(healthy(), "restarting", exit_code=137, oom_killed=True), restart_count=4),
            Told(
                subject="stigmer-agent-runner",
                measured="restarting, 4 restarts, exit code 137, out of memory",
                expected="running since its first start",
                endpoints=(),
                message="(4 restarts)",
                advice="It was killed for lack of memory",
            ),
        ),
        fires(
            "its starts fail at the LLM",
            logging(
                in_state(healthy(), "restarting", exit_code=1), START_LINE, "Error: All connection attempts failed"
            ),
            Told(
                subject="stigmer-agent-runner",
                measured="restarting, 0 restarts, exit code 1",
                expected="running since its first start",
                endpoints=("llm",),
                message="(0 restarts)",
                advice="The log says",
                commands=("docker logs --tail 50 stigmer-agent-runner",),
            ),
        ),
        does_not_fire("it got ready after starts that failed", restarted(9, LATELY, START_LINE, READY)),
        fires(
            "its start is written without a zone",
            unreadable(restarts(3, LATELY.removesuffix("Z"))),
            Told(
                subject="stigmer-agent-runner",
                measured="running, 3 restarts, started 3 s ago",
                expected="running since its first start",
                endpoints=("temporal", "start"),
                message="(3 restarts)",
                advice="The log says",
                commands=("docker logs --tail 50 stigmer-agent-runner",),
            ),
        ),
        does_not_fire("the engine has no time of its start", unreadable(restarts(9, "0001-01-01T00:00:00Z"))),
        does_not_fire("it was restarted twice", unreadable(restarts(2, LATELY))),
        does_not_fire("it runs for two minutes since", unreadable(restarts(9, AT_THE_LIMIT))),
        does_not_fire("it runs for days since", restarts(40, LONG_AGO)),
        does_not_fire("nobody knows since when it runs", unreadable(restarts(9, ""))),
        does_not_fire("it has ended: SD112", altered(in_state(restarts(9, LATELY), "exited"), restart_count=9)),
        does_not_fire("it runs", healthy()),
        not_checked("no container", replace(healthy(), container=NOT_MEASURED), "the test left it out"),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
