"""SD509: a server that answers, and does not poll its own task queue."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.services import sd509_server_without_temporal as sd509
from tests.healthy import NOT_MEASURED
from tests.rules.different import OWN, other_backend, temporal
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires, not_checked
from tests.rules.services.shared import no_endpoint
from tests.rules.vary import failing

SERVICE = "ai.stigmer.agentic.workflowexecution.v1.WorkflowExecutionCommandController"
NOW, LONG_AGO = "2026-01-22T03:27:20Z", "2026-01-22T03:20:00Z"
SENT = f.SentExecution(to="agent_execution_runner", by="7@laptop@", at=LONG_AGO, pollers=())


def seen(
    *asked: str, serves: tuple[str, ...] = (SERVICE,), sent: f.SentExecution | None = None, **changes: object
) -> f.Facts:
    """The server's workers asked last at these times."""
    pollers = tuple(f.Poller(identity=f"{pid}@laptop@", last_access=at) for pid, at in enumerate(asked))
    server = f.ServerQueue(name="agent_execution_stigmer", pollers=pollers, sent=sent)
    return replace(temporal(**{"server": server, **changes}), backend=other_backend(serves=serves).backend)


def listed(*pollers: f.Poller) -> f.Facts:
    return seen(pollers=pollers)


RUNNER = f.Poller(identity=OWN, last_access=NOW, kinds=("activity",))
TOLD = Told(
    subject="agent_execution_stigmer",
    measured="0 pollers; the server answers, and so does Temporal at host.docker.internal:7233",
    expected="a worker of the server that asked in the last 120 s",
    endpoints=("temporal",),
    severity=Severity.WARNING,
    message="its own workflows wait: executions started through it are refused or stay pending, unless "
    "TEMPORAL_AGENT_EXECUTION_STIGMER_TASK_QUEUE names another queue where the server runs",
    advice="Where it is told TEMPORAL_HOST_PORT, that has to lead to the same Temporal",
    commands=("stigmer server stop", "stigmer server"),
    evidence=(),
)

GRID: dict[Rule, list[Case]] = {
    sd509.RULE: [
        fires("nobody polls the server's queue", seen(), TOLD),
        fires(
            "the server has stopped asking",
            seen(LONG_AGO, "2026-01-22T03:21:00Z"),
            TOLD._replace(
                measured="1@laptop@ asked last at 2026-01-22T03:21:00Z; the server answers, and so does Temporal at "
                "host.docker.internal:7233",
                evidence=(f"temporal 0@laptop@: {LONG_AGO}", "temporal 1@laptop@: 2026-01-22T03:21:00Z"),
            ),
        ),
        fires(
            "an execution of it shows that this is its queue",
            seen(sent=SENT),
            TOLD._replace(severity=Severity.ERROR, message="are refused or stay pending$"),
        ),
        fires("the runner's worker takes activities only", listed(RUNNER), TOLD),
        does_not_fire("the server polls", seen(NOW)),
        does_not_fire("one server polls, and another has gone", seen(LONG_AGO, NOW, sent=SENT)),
        does_not_fire("somebody polls, and the backend is not known", seen(NOW, serves=())),
        not_checked(
            "the backend is not known to run workflows",
            seen(serves=()),
            "the backend is not known to run its workflows itself",
        ),
        not_checked(
            "the runner's worker does not poll", listed(), "Temporal does not list the runner's own worker either"
        ),
        not_checked(
            "workflows are run in the runner's queue",
            listed(RUNNER, f.Poller(identity="9@java", last_access=NOW, kinds=("workflow",))),
            "somebody runs workflows in the runner's own task queue",
        ),
        not_checked(
            "Temporal does not say who polls",
            seen(server=f.ServerQueue(name="agent_execution_stigmer")),
            "Temporal did not say who polls the server's task queue",
        ),
        not_checked(
            "a snapshot from before", seen(server=None), "Temporal did not say who polls the server's task queue"
        ),
        not_checked("Temporal was not asked", failing("temporal", f.Outcome.REFUSED), NOT_MEASURED.reason),
        not_checked("the backend was not asked", replace(seen(), backend=NOT_MEASURED), NOT_MEASURED.reason),
        not_checked("there is no container", replace(seen(), container=NOT_MEASURED), NOT_MEASURED.reason),
        *no_endpoint("temporal", seen()),
    ]
}


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
