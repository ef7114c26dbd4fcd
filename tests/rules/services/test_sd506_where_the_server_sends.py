"""SD506: a worker that polls another task queue than the server sends executions to."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import Severity
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.services import sd506_temporal_no_poller as sd506
from tests.rules.altered import variables
from tests.rules.different import OWN, polled
from tests.rules.grid import Case, Told, assert_told, does_not_fire, every_case, fires

NOW, LONG_AGO = "2026-01-22T03:27:20Z", "2026-01-22T03:20:00Z"
QUEUE = "TEMPORAL_AGENT_EXECUTION_RUNNER_TASK_QUEUE"


def in_queue(name: str) -> f.Facts:
    """Its worker polls the queue of that name, as its variable says."""
    facts = variables(polled(OWN), **{QUEUE: name})
    assert isinstance(facts.temporal, f.TemporalAnswer)
    return replace(facts, temporal=replace(facts.temporal, task_queue=name))


SERVER = "4711@laptop@"


def sent(
    to: str,
    *others: str,
    polled_by: tuple[str, ...] | None = (),
    by: str = SERVER,
    asked: str = NOW,
    queue: str = "ours",
) -> f.Facts:
    """Its worker polls `queue`, and the server, which asked Temporal last at `asked`, sent an execution to `to`. There
    are `others`."""
    facts = in_queue(queue)
    assert isinstance(facts.temporal, f.TemporalAnswer)
    pollers = None if polled_by is None else tuple(f.Poller(identity=who, last_access=NOW) for who in polled_by)
    server = f.ServerQueue(
        name="of-the-server",
        pollers=tuple(f.Poller(identity=who, last_access=asked) for who in (SERVER, *others)),
        sent=f.SentExecution(to=to, by=by, at="2026-01-22T03:26:00Z", pollers=pollers),
    )
    return replace(facts, temporal=replace(facts.temporal, server=server))


UNHEARD = Told(
    subject="theirs",
    measured=f"the server ({SERVER}) sent its execution of 2026-01-22T03:26:00Z to theirs; {QUEUE}=ours",
    expected="the runner's worker polls theirs",
    endpoints=("temporal",),
    message='the runner\'s worker polls the task queue "ours", and the server sends executions to "theirs"; nobody '
    "polls that one: executions stay pending",
    advice=f"Set {QUEUE} to theirs; or set it to ours where the server runs, and start the server again.",
    evidence=("temporal task queue: ours", f"temporal {SERVER}: sent to theirs at 2026-01-22T03:26:00Z"),
    changes=(f"+ {QUEUE}=theirs",),
)
USUAL = Told(
    subject="agent_execution_runner",
    measured=f"{QUEUE}=ours",
    expected="agent_execution_runner, or the same queue where the server runs",
    endpoints=("temporal",),
    severity=Severity.WARNING,
    message='the server sends executions to "agent_execution_runner" unless the same variable is set where it runs',
    advice="or remove it here",
)

GRID: dict[Rule, list[Case]] = {
    sd506.RULE: [
        fires(
            "it polls, another queue than the server's usual one",
            in_queue("ours"),
            Told(
                subject="agent_execution_runner",
                measured=f"{QUEUE}=ours",
                expected="agent_execution_runner, or the same queue where the server runs",
                endpoints=("temporal",),
                severity=Severity.WARNING,
                message='the runner\'s worker polls the task queue "ours": the server sends executions to '
                '"agent_execution_runner" unless the same variable is set where it runs',
                advice=f"Set {QUEUE} where the server runs too, or remove it here.",
                evidence=("temporal task queue: ours",),
            ),
        ),
        does_not_fire("its variable names the server's usual queue", in_queue("agent_execution_runner")),
        fires("the server sends to a queue that nobody polls", sent("theirs"), UNHEARD),
        fires(
            "the server sends elsewhere, and somebody polls there",
            sent("theirs", polled_by=("7@laptop",)),
            UNHEARD._replace(severity=Severity.WARNING, changes=(), message="who polls that one: 7@laptop"),
        ),
        fires(
            "the server sends elsewhere, and Temporal does not say who polls there",
            sent("theirs", polled_by=None),
            UNHEARD._replace(severity=Severity.WARNING, changes=(), message="who polls that one: not said"),
        ),
        fires(
            "another process of the server has sent it, which may have had other settings",
            sent("theirs", by="4710@laptop@"),
            USUAL,
        ),
        fires("another server polls as well, and may send elsewhere", sent("theirs", "4712@laptop@"), USUAL),
        fires("the server that sent it is gone", sent("theirs", asked=LONG_AGO), USUAL),
        does_not_fire("the server sends to the queue that it polls", sent("ours")),
        does_not_fire(
            "its queue is the usual one, and the server is gone",
            sent("x", asked=LONG_AGO, queue="agent_execution_runner"),
        ),
    ]
}


@every_case(GRID)
def test_what_it_says(rule: Rule, case: Case) -> None:
    assert_told(rule, case)
