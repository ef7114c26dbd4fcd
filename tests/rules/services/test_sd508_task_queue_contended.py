"""SD508: another worker on the container's queue, told from what was there before and from the server's."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.services import sd508_task_queue_contended as sd508
from tests.healthy import NOT_MEASURED
from tests.rules.altered import altered
from tests.rules.different import OTHER, OWN, looked_up, polled, temporal
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.services.shared import no_endpoint
from tests.rules.vary import failing, in_state

OLD = f"1@{'d' * 12}"
NOW, JUST_STARTED = "2026-01-22T03:27:20Z", "2026-01-22T03:27:00Z"
WORKER = "4711@laptop"


def two(
    identity: str,
    at: str = NOW,
    kinds: tuple[str, ...] = ("activity",),
    started: str = "2026-01-22T03:00:01Z",
    own: tuple[str, ...] = ("activity",),
) -> f.Facts:
    """The container's own worker, and another."""
    mine = f.Poller(identity=OWN, last_access=NOW, kinds=own)
    other = f.Poller(identity=identity, last_access=at, kinds=kinds)
    return in_state(temporal(pollers=(mine, other)), "running", started_at=started)


def runner(state: str, started: str = JUST_STARTED) -> f.Facts:
    """The other one is a runner of this engine."""
    lookup = looked_up(f.Match.FOUND, replace(OTHER, state=state)).lookup
    return replace(two(f"1@{'c' * 12}", started=started), lookup=lookup)


def alone(identity: str, *kinds: str) -> f.Facts:
    return temporal(pollers=(f.Poller(identity=identity, last_access=NOW, kinds=kinds),))


def on_host(*identities: str) -> f.Facts:
    return altered(polled(*identities), network_mode="host", hostname="laptop")


TOLD = Told(
    subject="agent_execution_runner",
    measured="pollers that are not this container's (aaaaaaaaaaaa): 4711@laptop",
    expected="only the worker of this container polls the queue (…@aaaaaaaaaaaa)",
    endpoints=("temporal",),
    message='another worker takes tasks from the task queue "agent_execution_runner": 4711@laptop',
    advice="Part of the executions runs in the other worker, with its configuration",
    severity=Severity.WARNING,
)

GRID: dict[Rule, list[Case]] = {
    sd508.RULE: [
        fires(
            "a worker of another host",
            two(WORKER),
            TOLD._replace(evidence=("temporal 4711@laptop: polled at 2026-01-22T03:27:20Z",)),
        ),
        fires(
            "two workers of other hosts",
            polled(OWN, "77@laptop", "78@desk"),
            TOLD._replace(
                measured="pollers that are not this container's (aaaaaaaaaaaa): 77@laptop, 78@desk",
                message='"agent_execution_runner": 77@laptop, 78@desk',
                advice=(
                    "here it is TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE, unset: its default is "
                    "agent_execution_runner."
                ),
            ),
        ),
        fires("a worker that asked 120 s ago", two(WORKER, at="2026-01-22T03:25:23Z"), TOLD),
        fires(
            "a worker of another host, right after the start",
            two(WORKER, at="2026-01-22T03:27:01Z", started=JUST_STARTED),
            TOLD,
        ),
        fires(
            "a worker with three digits, right after the start",
            two("100@laptop", at="2026-01-22T03:27:01Z", started=JUST_STARTED),
            TOLD._replace(
                measured="pollers that are not this container's (aaaaaaaaaaaa): 100@laptop", message=": 100@laptop"
            ),
        ),
        fires(
            "another container, 71 s after the start",
            two(OLD, started="2026-01-22T03:26:09Z"),
            TOLD._replace(
                measured="pollers that are not this container's (aaaaaaaaaaaa): 1@dddddddddddd",
                message=": 1@dddddddddddd",
            ),
        ),
        fires(
            "another process of low number, 71 s after the start",
            two("17@laptop", started="2026-01-22T03:26:09Z"),
            TOLD._replace(
                measured="pollers that are not this container's (aaaaaaaaaaaa): 17@laptop", message=": 17@laptop"
            ),
        ),
        fires(
            "another runner of this engine, right after the start",
            runner("running"),
            TOLD._replace(
                measured="pollers that are not this container's (aaaaaaaaaaaa): 1@cccccccccccc",
                message=": 1@cccccccccccc",
            ),
        ),
        fires(
            "a worker whose host's name begins as the id of a stopped runner",
            replace(runner("exited"), temporal=two("4711@c").temporal),
            TOLD._replace(measured="pollers that are not this container's (aaaaaaaaaaaa): 4711@c", message=": 4711@c"),
        ),
        fires(
            "a process whose id is not a decimal number, right after the start",
            two("\u00b2@laptop", at="2026-01-22T03:27:01Z", started=JUST_STARTED),
            TOLD._replace(
                measured="pollers that are not this container's (aaaaaaaaaaaa): ²@laptop", message=": ²@laptop"
            ),
        ),
        fires("a worker that takes the same kind and another", two(WORKER, kinds=("workflow", "activity")), TOLD),
        fires("a worker whose kinds are not known", two(WORKER, kinds=()), TOLD),
        fires(
            "a worker of the kind that the container's takes", two(WORKER, kinds=("workflow",), own=("workflow",)), TOLD
        ),
        fires("a worker, and the container's is not there", alone(WORKER, "activity"), TOLD),
        fires("a worker, and the runners are not known", replace(two(WORKER), lookup=NOT_MEASURED), TOLD),
        fires(
            "on the host's network, a worker of another host",
            on_host("1@laptop", "7@laptop", "77@desk"),
            TOLD._replace(
                measured="pollers that are not this container's (laptop): 77@desk",
                expected="only the worker of this container polls the queue (…@laptop)",
                message=": 77@desk",
            ),
        ),
        does_not_fire("the container's own alone", polled(OWN)),
        does_not_fire("two processes of the container", polled(OWN, f"17@{'a' * 12}")),
        does_not_fire("a worker that asked 121 s ago", two(WORKER, at="2026-01-22T03:25:22Z")),
        does_not_fire("a worker of whom it is not known when it asked", two(WORKER, at="")),
        does_not_fire(
            "a worker that asked as the container started", two(WORKER, at="2026-01-22T03:27:00Z", started=JUST_STARTED)
        ),
        does_not_fire("what was there before, 70 s after the start", two(OLD, started="2026-01-22T03:26:10Z")),
        does_not_fire(
            "another process of a container, 70 s after the start",
            two(f"4711@{'d' * 12}", started="2026-01-22T03:26:10Z"),
        ),
        does_not_fire(
            "a process of low number, 70 s after the start", two("17@laptop", started="2026-01-22T03:26:10Z")
        ),
        does_not_fire("it is not known when the container started", two(WORKER, started="")),
        does_not_fire("the engine says that it never started", two(WORKER, started="0001-01-01T00:00:00Z")),
        does_not_fire("a runner that is stopped", runner("exited", "2026-01-22T03:00:01Z")),
        does_not_fire("an identity of another form", polled(OWN, "my-own-identity", "x@laptop", "1@", "", "\u00b3@")),
        does_not_fire(
            "the server's worker, which takes workflows", two("4711@laptop@agent_execution_runner", kinds=("workflow",))
        ),
        does_not_fire("the server's worker alone", alone("4711@laptop@q", "workflow")),
        does_not_fire("on the host's network, one worker of that name", on_host("1@laptop", "1@laptop")),
        not_checked(
            "on the host's network, two workers of that name",
            on_host("1@laptop", "7@laptop"),
            "on host networking, the workers of this machine and of the container have the same name",
        ),
        not_checked("the container is stopped", in_state(two(WORKER), "exited"), "the container is exited"),
        not_checked(
            "Temporal does not answer",
            replace(two(WORKER), temporal=temporal(answered=f.Answered.TIMED_OUT).temporal),
            "Temporal did not say who polls the task queue",
        ),
        not_checked(
            "Temporal does not say who polls", temporal(pollers=None), "Temporal did not say who polls the task queue"
        ),
        not_checked(
            "its host's name is not known",
            altered(two(WORKER), hostname=""),
            "the container's own host name is not known",
        ),
        not_checked(
            "in another container's network",
            altered(two(WORKER), network_mode="container:x"),
            "the container's own host name is not known",
        ),
        not_checked("Temporal was not asked", failing("temporal", f.Outcome.REFUSED), NOT_MEASURED.reason),
        *no_endpoint("temporal", two(WORKER)),
    ]
}


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
