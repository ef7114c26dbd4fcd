"""SD506: a worker that does not poll, told from one that is still starting and from one that cannot be told apart."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Diagnosis, Severity, Status
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.registry import RULES as REGISTERED
from stigmer_doctor.rules.services import sd506_temporal_no_poller as sd506
from tests.healthy import NOT_MEASURED, healthy
from tests.rules.altered import altered, variables
from tests.rules.different import OTHER, OWN, looked_up, polled, temporal
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.services.shared import no_endpoint
from tests.rules.vary import diagnose, failing, in_state

OLD = f"1@{'d' * 12}"
NOW, LONG_AGO, JUST_STARTED = "2026-01-22T03:27:20Z", "2026-01-22T03:20:00Z", "2026-01-22T03:27:00Z"
STARTING = "2026-01-22 03:27:01,000 - __main__ - INFO - Registering activities and connecting to Temporal..."
READY = "2026-01-22 03:27:18,000 - __main__ - INFO - Worker ready, polling for tasks..."
FAILED = "2026-01-22 03:27:18,000 - __main__ - ERROR - STARTUP FAILURE: Activity Registration Error"
PLAIN = "2026-01-22 03:27:19,000 - __main__ - INFO - x"
STILL = 'the runner is still starting: no "Worker ready" in its log since '
UNREADABLE = f.NotMeasured(reason="the log driver keeps none")
STARTED = "2026-01-22T03:00:01Z"
UNNAMED = "the container's own host name is not known, so its poller cannot be told from others"


def written_log(
    facts: f.Facts, *lines: str, before_start: int | None = 0, last_at: str = "", truncated: bool = False
) -> f.Facts:
    return replace(facts, logs=f.Logs(lines=lines, before_start=before_start, last_at=last_at, truncated=truncated))


def started(facts: f.Facts, at: str) -> f.Facts:
    return in_state(facts, "running", started_at=at)


def starting(*lines: str, others: tuple[str, ...] = ()) -> f.Facts:
    return written_log(started(polled(*others), JUST_STARTED), *lines)


def on_host(*identities: str, hostname: str = "laptop") -> f.Facts:
    return altered(polled(*identities), network_mode="host", hostname=hostname)


def beside(state: str) -> f.Facts:
    """Another runner of this engine, on the host's network as well."""
    lookup = looked_up(f.Match.FOUND, replace(OTHER, state=state)).lookup
    return replace(on_host("1@laptop"), lookup=lookup)


NOBODY = polled()
NONE = Told(
    subject="agent_execution_runner",
    measured=(
        "0 pollers; container running; TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE, unset: its "
        "default is agent_execution_runner"
    ),
    expected="a poller …@aaaaaaaaaaaa that asked after the start, in the last 120 s",
    endpoints=("temporal",),
    message=('nobody polls the task queue "agent_execution_runner" in namespace "default": executions stay pending'),
    advice=("correct TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE, unset: its default is agent_execution_runner."),
    commands=("docker logs --tail 50 stigmer-agent-runner", "docker restart stigmer-agent-runner"),
)
FOREIGN = Told(
    subject="agent_execution_runner",
    measured=(
        "no poller …@aaaaaaaaaaaa; container running; "
        "TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE, unset: its default is "
        "agent_execution_runner"
    ),
    expected="a poller …@aaaaaaaaaaaa that asked after the start, in the last 120 s",
    endpoints=("temporal",),
    message="others do: x@aaaaaaaaaaaa",
    advice="correct TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE",
    commands=("docker logs --tail 50 stigmer-agent-runner", "docker restart stigmer-agent-runner"),
)

GRID: dict[Rule, list[Case]] = {
    sd506.RULE: [
        fires("nobody polls", NOBODY, NONE._replace(evidence=())),
        fires(
            "its worker has not asked for minutes",
            polled(OWN, at=LONG_AGO),
            NONE._replace(
                measured=(
                    "1@aaaaaaaaaaaa asked last at 2026-01-22T03:20:00Z, container started at "
                    "2026-01-22T03:00:01Z; container running; TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE, "
                    "unset: its default is agent_execution_runner"
                ),
                message=(
                    'the runner\'s worker no longer polls the task queue "agent_execution_runner" in '
                    'namespace "default": executions stay pending'
                ),
                evidence=("temporal 1@aaaaaaaaaaaa: 2026-01-22T03:20:00Z",),
            ),
        ),
        fires(
            "it asked 121 s ago",
            polled(OWN, at="2026-01-22T03:25:22Z"),
            NONE._replace(
                measured=(
                    "1@aaaaaaaaaaaa asked last at 2026-01-22T03:25:22Z, container started at "
                    "2026-01-22T03:00:01Z; container running; TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE, "
                    "unset: its default is agent_execution_runner"
                ),
                message="no longer polls",
            ),
        ),
        fires(
            "it asked before the container started",
            started(polled(OWN, at="2026-01-22T03:20:00Z"), "2026-01-22T03:20:00Z"),
            NONE._replace(
                measured=(
                    "1@aaaaaaaaaaaa asked last at 2026-01-22T03:20:00Z, container started at "
                    "2026-01-22T03:20:00Z; container running; TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE, "
                    "unset: its default is agent_execution_runner"
                ),
                message="no longer polls",
            ),
        ),
        fires(
            "two of its identities have stopped asking",
            temporal(
                pollers=(
                    f.Poller(identity=f"2@{'a' * 12}", last_access=LONG_AGO),
                    f.Poller(identity=OWN, last_access="2026-01-22T03:19:00Z"),
                )
            ),
            NONE._replace(
                measured=(
                    "2@aaaaaaaaaaaa asked last at 2026-01-22T03:20:00Z, container started at "
                    "2026-01-22T03:00:01Z; container running; TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE, "
                    "unset: its default is agent_execution_runner"
                ),
                message="no longer polls",
            ),
        ),
        fires(
            "another container polls",
            polled(OLD),
            NONE._replace(
                measured=(
                    "no poller …@aaaaaaaaaaaa; container running; "
                    "TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE, unset: its default is "
                    "agent_execution_runner"
                ),
                message=(
                    'this container\'s worker does not poll the task queue "agent_execution_runner" in '
                    'namespace "default", others do: 1@dddddddddddd'
                ),
            ),
        ),
        fires(
            "two others poll, and its own has stopped",
            replace(
                polled(),
                temporal=f.TemporalAnswer(
                    answered=f.Answered.YES,
                    namespace="default",
                    task_queue="agent_execution_runner",
                    pollers=(
                        f.Poller(identity=OLD, last_access=NOW),
                        f.Poller(identity="7@laptop", last_access=NOW),
                        f.Poller(identity=OWN, last_access=LONG_AGO),
                    ),
                ),
            ),
            NONE._replace(
                measured=(
                    "1@aaaaaaaaaaaa asked last at 2026-01-22T03:20:00Z, container started at "
                    "2026-01-22T03:00:01Z; container running; TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE, "
                    "unset: its default is agent_execution_runner"
                ),
                message="others do: 1@dddddddddddd, 7@laptop",
            ),
        ),
        fires(
            "its own asked before the start, and others ask",
            written_log(started(polled(OWN, OLD, at="2026-01-22T03:26:50Z"), "2026-01-22T03:26:55Z"), READY),
            NONE._replace(
                measured=(
                    "1@aaaaaaaaaaaa asked last at 2026-01-22T03:26:50Z, container started at "
                    "2026-01-22T03:26:55Z; container running; TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE, "
                    "unset: its default is agent_execution_runner"
                ),
                message="others do: 1@dddddddddddd",
            ),
        ),
        fires("another process of that name, which is not a number", polled(f"x@{'a' * 12}"), FOREIGN),
        *(
            fires(
                f"an identity of another form: {identity[:4]}",
                polled(identity),
                FOREIGN._replace(message=f"others do: {identity}"),
            )
            for identity in ("an-identity", "\u00b2@x", f"{'9' * 5000}@y", "@", "")
        ),
        fires("an identity without a host", polled("1@"), FOREIGN._replace(message="others do: 1@")),
        fires(
            "the container is stopped, although its poller is listed",
            in_state(polled(OWN), "exited"),
            NONE._replace(
                measured=(
                    "no poller …@aaaaaaaaaaaa; container exited; "
                    "TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE, unset: its default is "
                    "agent_execution_runner"
                ),
                endpoints=(),
                message="nobody polls the task queue",
                commands=("docker logs --tail 50 stigmer-agent-runner",),
            ),
        ),
        fires(
            "the container is stopped, and its worker had stopped asking",
            in_state(polled(OWN, at=LONG_AGO), "exited"),
            NONE._replace(
                measured=(
                    "1@aaaaaaaaaaaa asked last at 2026-01-22T03:20:00Z, container started at "
                    "2026-01-22T03:00:01Z; container exited; TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE, "
                    "unset: its default is agent_execution_runner"
                ),
                endpoints=(),
                message="nobody polls the task queue",
                commands=("docker logs --tail 50 stigmer-agent-runner",),
            ),
        ),
        fires(
            "the container is stopped, its host's name is not known, and others poll",
            altered(in_state(polled("an-identity"), "exited"), hostname=""),
            NONE._replace(
                measured=(
                    "no poller …@; container exited; TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE, unset: "
                    "its default is agent_execution_runner"
                ),
                expected="a poller …@ that asked after the start, in the last 120 s",
                endpoints=(),
                message="others do: an-identity",
                commands=("docker logs --tail 50 stigmer-agent-runner",),
            ),
        ),
        fires(
            "it is not known when it asked",
            polled(OWN, at=""),
            NONE._replace(
                measured=(
                    "1@aaaaaaaaaaaa asked last at , container started at 2026-01-22T03:00:01Z; container "
                    "running; TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE, unset: its default is "
                    "agent_execution_runner"
                ),
                message="no longer polls",
            ),
        ),
        fires(
            "it is not known when this was measured",
            replace(healthy(), collected_at=""),
            NONE._replace(
                measured=(
                    "1@aaaaaaaaaaaa asked last at 2026-01-22T03:27:20Z, container started at "
                    "2026-01-22T03:00:01Z; container running; TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE, "
                    "unset: its default is agent_execution_runner"
                ),
                message="no longer polls",
            ),
        ),
        fires(
            "it asked as the container started",
            written_log(started(polled(OWN, at="2026-01-22T03:26:55Z"), "2026-01-22T03:26:55Z"), READY),
            NONE._replace(
                measured=(
                    "1@aaaaaaaaaaaa asked last at 2026-01-22T03:26:55Z, container started at "
                    "2026-01-22T03:26:55Z; container running; TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE, "
                    "unset: its default is agent_execution_runner"
                ),
                message="no longer polls",
            ),
        ),
        fires("it is ready, and it is not known when it started", written_log(started(NOBODY, ""), READY), NONE),
        fires(
            "the container is stopped, and others poll",
            in_state(polled(OLD), "exited"),
            NONE._replace(
                measured=(
                    "no poller …@aaaaaaaaaaaa; container exited; "
                    "TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE, unset: its default is "
                    "agent_execution_runner"
                ),
                endpoints=(),
                message="others do",
                commands=("docker logs --tail 50 stigmer-agent-runner",),
            ),
        ),
        fires(
            "the container is stopped, and its host's name is not known",
            altered(in_state(NOBODY, "exited"), hostname=""),
            NONE._replace(
                measured=(
                    "0 pollers; container exited; TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE, unset: its "
                    "default is agent_execution_runner"
                ),
                expected="a poller …@ that asked after the start, in the last 120 s",
                endpoints=(),
                commands=("docker logs --tail 50 stigmer-agent-runner",),
            ),
        ),
        fires("its start failed, and it still runs", starting(STARTING, FAILED), NONE._replace(endpoints=())),
        fires("it became ready again after a failed start", written_log(NOBODY, FAILED, READY, *(PLAIN,) * 9), NONE),
        fires("it became ready 15 s ago", written_log(NOBODY, READY, last_at="2026-01-22T03:27:08Z"), NONE),
        fires(
            "it has written five lines since it became ready",
            written_log(NOBODY, READY, *(PLAIN,) * 5, last_at=NOW),
            NONE,
        ),
        fires(
            "it started 15 s ago, and was ready at once",
            written_log(started(NOBODY, "2026-01-22T03:27:08Z"), READY, *(PLAIN,) * 5),
            NONE,
        ),
        fires(
            "its log is not readable, and it started three minutes ago",
            replace(started(NOBODY, "2026-01-22T03:24:23Z"), logs=UNREADABLE),
            NONE._replace(endpoints=()),
        ),
        fires(
            "its log is not readable, and it is not known when it started",
            replace(started(NOBODY, ""), logs=UNREADABLE),
            NONE._replace(endpoints=()),
        ),
        fires(
            "its log is cut off, and it started long ago",
            written_log(NOBODY, PLAIN, truncated=True),
            NONE._replace(endpoints=()),
        ),
        fires(
            "it does not log that it is ready",
            variables(written_log(NOBODY, PLAIN), LOG_LEVEL=" error"),
            NONE._replace(
                measured=(
                    "0 pollers; container running; TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE, unset: its "
                    "default is agent_execution_runner (worker/config.py:42)"
                ),
                endpoints=(),
                advice="its default is agent_execution_runner (worker/config.py:42).",
            ),
        ),
        fires(
            "on the host's network, and nobody there polls",
            on_host(OLD),
            NONE._replace(
                measured=(
                    "no poller …@laptop; container running; TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE, "
                    "unset: its default is agent_execution_runner"
                ),
                expected="a poller …@laptop that asked after the start, in the last 120 s",
                message="others do: 1@dddddddddddd",
            ),
        ),
        does_not_fire("its own worker polls", healthy()),
        does_not_fire(
            "it asked a second after the container started",
            written_log(started(polled(OWN, at="2026-01-22T03:26:56Z"), "2026-01-22T03:26:55Z"), READY),
        ),
        does_not_fire("the engine names no time zone", started(polled(OWN), "2026-01-22T03:00:01")),
        does_not_fire("Temporal names another time zone", polled(OWN, at="2026-01-22T02:27:20-01:00")),
        does_not_fire("its worker is a process of four digits", polled(f"4711@{'a' * 12}")),
        does_not_fire("it asked 120 s ago", polled(OWN, at="2026-01-22T03:25:23Z")),
        does_not_fire("its worker is another process", polled(f"17@{'a' * 12}")),
        does_not_fire("its identity names the queue", polled(f"1@{'a' * 12}@agent_execution_runner")),
        does_not_fire(
            "its host's name has a domain", altered(polled(f"1@{'A' * 12}.local"), hostname=f"{'a' * 12}.lan")
        ),
        does_not_fire("others poll as well", polled(OLD, OWN)),
        does_not_fire("it polls, and was ready just now", written_log(polled(OWN), READY, last_at=NOW)),
        does_not_fire("it polls, and its log does not say that it is ready", written_log(polled(OWN), PLAIN)),
        does_not_fire("on the host's network, in a container of its own", on_host("1@laptop")),
        does_not_fire("on the host's network, with two digits", on_host("17@laptop")),
        does_not_fire("on the host's network, beside a stopped runner", beside("exited")),
        does_not_fire(
            "on the host's network, and the runners are not known", replace(beside("running"), lookup=NOT_MEASURED)
        ),
        not_checked("it is starting", starting(STARTING), STILL + JUST_STARTED),
        not_checked(
            "it is starting, and its predecessor is listed", starting(STARTING, others=(OLD,)), STILL + JUST_STARTED
        ),
        not_checked(
            "it is starting, and no level is set", variables(starting(PLAIN), LOG_LEVEL=None), STILL + JUST_STARTED
        ),
        not_checked("it takes long to start", written_log(NOBODY, STARTING), STILL + STARTED),
        not_checked(
            "it was ready before it was started again",
            written_log(started(NOBODY, JUST_STARTED), READY, STARTING, before_start=1),
            STILL + JUST_STARTED,
        ),
        not_checked(
            "its start is older than what was kept",
            written_log(started(NOBODY, JUST_STARTED), READY, STARTING, before_start=1, truncated=True),
            STILL + JUST_STARTED,
        ),
        not_checked(
            "its log is cut off, and it started just now",
            written_log(started(NOBODY, "2026-01-22T03:24:24Z"), PLAIN, truncated=True),
            "the runner may still be starting",
        ),
        not_checked(
            "its log is not readable, and it started just now",
            replace(started(NOBODY, "2026-01-22T03:24:24Z"), logs=UNREADABLE),
            "the runner may still be starting",
        ),
        *(
            not_checked(
                f"it logs at {level}, and it started just now",
                variables(starting(PLAIN), LOG_LEVEL=level),
                "the runner may still be starting",
            )
            for level in ("WARN", "warning", "ERROR", "fatal", "CRITICAL")
        ),
        not_checked(
            "it became ready a moment ago",
            written_log(NOBODY, READY, last_at="2026-01-22T03:27:09Z"),
            "the runner became ready a moment ago",
        ),
        not_checked(
            "it has written four lines since it became ready",
            written_log(NOBODY, READY, *(PLAIN,) * 4, last_at=NOW),
            "the runner became ready a moment ago",
        ),
        not_checked(
            "it started a moment ago, and is ready",
            written_log(started(NOBODY, "2026-01-22T03:27:09Z"), READY, *(PLAIN,) * 5),
            "the runner became ready a moment ago",
        ),
        not_checked(
            "on the host's network, with a worker of that host",
            on_host("4711@laptop"),
            "on host networking, a worker of laptop itself has the same name as the container's",
        ),
        not_checked(
            "on the host's network, beside another runner",
            beside("running"),
            "on host networking, the worker of another runner that runs there may have the same name",
        ),
        not_checked("in another container's network", altered(healthy(), network_mode="container:x"), UNNAMED),
        not_checked("its host's name is not known", altered(healthy(), hostname=""), UNNAMED),
        not_checked(
            "Temporal does not know the namespace",
            temporal(namespace_exists=False, pollers=()),
            'the namespace "default" does not exist',
        ),
        not_checked(
            "Temporal does not answer",
            temporal(answered=f.Answered.UNAVAILABLE, pollers=()),
            "Temporal gave no usable answer (unavailable)",
        ),
        not_checked(
            "Temporal does not say who polls", temporal(pollers=None), "Temporal did not say who polls the task queue"
        ),
        not_checked("Temporal was not asked", failing("temporal", f.Outcome.REFUSED), NOT_MEASURED.reason),
        not_checked("there is no container", replace(NOBODY, container=NOT_MEASURED), NOT_MEASURED.reason),
        *no_endpoint("temporal", NOBODY),
    ]
}


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)


def among_all(facts: f.Facts) -> Diagnosis:
    found = diagnose(facts, *REGISTERED)
    assert found.summary.crash == 0
    return found


@pytest.mark.parametrize("others", [(), (OLD,)])
def test_a_start_under_way_is_an_information_and_no_pass(others: tuple[str, ...]) -> None:
    found = among_all(starting(STARTING, others=others))
    assert [(finding.code, finding.severity) for finding in found.findings] == [("SD114", Severity.INFO)]
    assert found.status is Status.INCONCLUSIVE
    assert "still starting" in found.findings[0].message
    assert "restart" not in " ".join(found.findings[0].remediation.commands)


def test_without_temporal_nobody_is_told_to_wait() -> None:
    unreachable = failing("temporal", f.Outcome.TIMED_OUT)
    facts = replace(starting(STARTING), container_reach=unreachable.container_reach, temporal=unreachable.temporal)
    assert "SD114" not in {finding.code for finding in among_all(facts).findings}


def test_what_cannot_be_told_is_no_pass() -> None:
    assert among_all(polled(OWN)).status is Status.PASS
    assert among_all(on_host("4711@laptop")).status is Status.INCONCLUSIVE


def test_a_stopped_container_explains_that_its_worker_does_not_poll() -> None:
    found = among_all(in_state(polled(OWN), "exited", exit_code=137))
    assert {finding.code: finding.caused_by for finding in found.findings} == {"SD112": (), "SD506": ("SD112",)}
