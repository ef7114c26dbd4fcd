"""SD114: the container's own health check fails, or (an information) the runner is still starting."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.container.sd114_runner_unhealthy import RULE
from tests.healthy import NOT_MEASURED, endpoint, healthy
from tests.rules.altered import altered, variables
from tests.rules.different import OWN, START_LINE, polled, temporal
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.vary import ALIAS, configured, failing, in_state, without

CONNECTING = "2026-01-22 03:26:58,001 - root - INFO - connecting"


def sick(output: str = "") -> f.Facts:
    return in_state(healthy(), "running", health="unhealthy", health_output=output)


def starting(facts: f.Facts | None = None, *lines: str) -> f.Facts:
    """Its log does not say that it is ready, and nobody polls."""
    facts = facts or polled()
    return replace(facts, logs=f.Logs(lines=(CONNECTING, *lines)))


def unasked(facts: f.Facts) -> f.Facts:
    """Temporal was dialled at most."""
    return starting(replace(facts, temporal=NOT_MEASURED))


STARTING = Told(
    subject="stigmer-agent-runner",
    measured='no "Worker ready" and no failure in its log since its start',
    expected='"Worker ready" in its log',
    endpoints=(),
    message="still starting",
    advice="Wait",
    severity=Severity.INFO,
    commands=("docker logs --tail 20 stigmer-agent-runner",),
)


GRID: dict[Rule, list[Case]] = {
    RULE: [
        fires(
            "its check fails and says why",
            sick("  Traceback\n\n ValueError:   no such mode "),
            Told(
                subject="stigmer-agent-runner",
                measured="unhealthy: Traceback ValueError: no such mode",
                expected="healthy",
                endpoints=(),
                message="the runner's own health check fails",
                advice="What the check printed says why",
                severity=Severity.WARNING,
                commands=(
                    "docker inspect --format '{{json .State.Health}}' stigmer-agent-runner",
                    "docker restart stigmer-agent-runner",
                ),
                evidence=("inspect State.Health: Traceback ValueError: no such mode",),
            ),
        ),
        fires(
            "its check prints nothing",
            sick(),
            Told(
                subject="stigmer-agent-runner",
                measured="unhealthy; the check printed nothing",
                expected="healthy",
                endpoints=(),
                message="health check fails",
                advice="restart it",
                severity=Severity.WARNING,
                commands=(
                    "docker inspect --format '{{json .State.Health}}' stigmer-agent-runner",
                    "docker restart stigmer-agent-runner",
                ),
                evidence=("inspect State.Health: unhealthy",),
            ),
        ),
        fires(
            "its check prints as much as is shown",
            sick("x" * 300),
            Told(
                subject="stigmer-agent-runner",
                measured=("unhealthy: " + "x" * 300),
                expected="healthy",
                endpoints=(),
                message="health check fails",
                advice="at its end",
                severity=Severity.WARNING,
                commands=(
                    "docker inspect --format '{{json .State.Health}}' stigmer-agent-runner",
                    "docker restart stigmer-agent-runner",
                ),
            ),
        ),
        fires(
            "its check prints more, and the end is shown",
            sick("y" + "x" * 300),
            Told(
                subject="stigmer-agent-runner",
                measured=("unhealthy: …" + "x" * 300),
                expected="healthy",
                endpoints=(),
                message="health check fails",
                advice="at its end",
                severity=Severity.WARNING,
                commands=(
                    "docker inspect --format '{{json .State.Health}}' stigmer-agent-runner",
                    "docker restart stigmer-agent-runner",
                ),
            ),
        ),
        fires(
            "it is starting",
            starting(),
            Told(
                subject="stigmer-agent-runner",
                measured='no "Worker ready" and no failure in its log since its start',
                expected='"Worker ready" in its log',
                endpoints=(),
                message="the runner is still starting, since 2026-01-22T03:00:01Z, for 1642 s now (usually",
                advice="Wait",
                severity=Severity.INFO,
                commands=("docker logs --tail 20 stigmer-agent-runner",),
                evidence=("inspect State.StartedAt: stigmer-agent-runner: 2026-01-22T03:00:01Z",),
            ),
        ),
        fires(
            "it is starting by a clock that is ahead",
            in_state(starting(), "running", started_at="2026-01-22T03:27:30Z"),
            Told(
                subject="stigmer-agent-runner",
                measured='no "Worker ready" and no failure in its log since its start',
                expected='"Worker ready" in its log',
                endpoints=(),
                message="since 2026-01-22T03:27:30Z, for 0 s now (",
                advice="Wait",
                severity=Severity.INFO,
                commands=("docker logs --tail 20 stigmer-agent-runner",),
            ),
        ),
        fires(
            "nobody knows since when it is starting",
            in_state(starting(), "running", started_at="yesterday"),
            Told(
                subject="stigmer-agent-runner",
                measured='no "Worker ready" and no failure in its log since its start',
                expected='"Worker ready" in its log',
                endpoints=(),
                message="since yesterday (usually",
                advice="Wait",
                severity=Severity.INFO,
                commands=("docker logs --tail 20 stigmer-agent-runner",),
            ),
        ),
        fires("another worker polls", starting(polled("77@laptop")), STARTING),
        fires("its own poller is one of before its start", starting(polled(OWN, at="2026-01-22T02:59:00Z")), STARTING),
        fires("Temporal does not list its pollers", starting(temporal(pollers=None)), STARTING),
        fires(
            "whether the namespace exists was not asked",
            starting(temporal(pollers=(), namespace_exists=None)),
            STARTING,
        ),
        fires("it was restarted, and no start failed", starting(altered(polled(), restart_count=2)), STARTING),
        fires(
            "a start failed before somebody started it",
            replace(starting(), logs=f.Logs(lines=(START_LINE, CONNECTING), before_start=1)),
            STARTING,
        ),
        fires("Temporal was not asked, and accepts", unasked(healthy()), STARTING),
        fires("nothing was dialled", replace(unasked(healthy()), container_reach=NOT_MEASURED), STARTING),
        fires("nobody knows what it dials", replace(unasked(healthy()), configuration=NOT_MEASURED), STARTING),
        fires("it uses no Temporal", unasked(without(healthy(), "temporal")), STARTING),
        fires(
            "nobody knows whether Temporal accepts",
            unasked(configured(healthy(), endpoint("temporal", "198.18.0.9:7233"))),
            STARTING,
        ),
        fires(
            "both",
            starting(in_state(polled(), "running", health="unhealthy")),
            Told(
                subject="stigmer-agent-runner",
                measured="unhealthy; the check printed nothing",
                expected="healthy",
                endpoints=(),
                message="health check fails",
                advice="What the check printed",
                severity=Severity.WARNING,
                commands=(
                    "docker inspect --format '{{json .State.Health}}' stigmer-agent-runner",
                    "docker restart stigmer-agent-runner",
                ),
            ),
            STARTING,
        ),
        does_not_fire("it is healthy, and ready", healthy()),
        does_not_fire("it has no check", in_state(healthy(), "running", health="")),
        does_not_fire("its check has not run yet", in_state(healthy(), "running", health="starting")),
        does_not_fire("its own worker polls", starting(polled(OWN))),
        does_not_fire("it keeps failing", starting(altered(polled(), restart_count=1), *(START_LINE, CONNECTING))),
        does_not_fire(
            "its earlier starts failed",
            replace(
                starting(altered(polled(), restart_count=1)),
                logs=f.Logs(lines=(START_LINE, CONNECTING), before_start=1),
            ),
        ),
        does_not_fire("its start failed", starting(polled(), START_LINE)),
        does_not_fire("it does not run", in_state(starting(), "exited")),
        does_not_fire(
            "it was restarted, and its log was not read", replace(altered(polled(), restart_count=2), logs=NOT_MEASURED)
        ),
        does_not_fire("its log was not read", replace(polled(), logs=NOT_MEASURED)),
        does_not_fire("it logs no such line", variables(starting(), LOG_LEVEL="warning")),
        does_not_fire(
            "Temporal does not answer as Temporal", starting(temporal(answered=f.Answered.WRONG_PROTOCOL, pollers=()))
        ),
        does_not_fire("the namespace does not exist", starting(temporal(namespace_exists=False, pollers=()))),
        does_not_fire("Temporal refuses", unasked(failing("temporal", f.Outcome.REFUSED))),
        does_not_fire(
            "Temporal's address cannot be dialled",
            unasked(configured(healthy(), endpoint("temporal", f"{ALIAS}:7233", problem="it names no port"))),
        ),
        not_checked("no container", replace(healthy(), container=NOT_MEASURED), "the test left it out"),
    ]
}


@every_case(GRID)
def test_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
