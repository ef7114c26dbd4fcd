"""How long a fix waits for the new container's worker, and what it accepts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from stigmer_doctor.adapters.docker import inspection
from stigmer_doctor.fix.readiness import Readiness, Waiting
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.errors import Refused
from stigmer_doctor.model.inspected import InspectedContainer
from stigmer_doctor.model.questions import TemporalQuestion
from tests import fakes
from tests.healthy import healthy

OWN, OLD = f"1@{'a' * 12}", f"1@{'d' * 12}"
STAMP = b"2026-01-22T03:27:%02d.000Z 2026-01-22 03:27:%02d,000 - __main__ - "
STARTED, BEFORE = "2026-01-22T03:27:00Z", "2026-01-22T03:26:59Z"
SOON = "2026-01-22T03:27:20Z"


def line(second: int, text: bytes) -> bytes:
    return STAMP % (second, second) + text + b"\n"


BANNER = line(1, b"INFO - Task Queue: agent_execution_runner")
READY = line(18, b"INFO - Worker ready, polling for tasks...")
RULER = line(18, b"ERROR - " + b"=" * 80)
FAILURE = (
    RULER
    + line(18, b"ERROR - STARTUP FAILURE: Activity Registration Error")
    + RULER
    + line(18, b"ERROR - Error: no Temporal")
)


@dataclass
class Listed(fakes.FakeClients):
    """Temporal's list of pollers, one a question; the last one stays."""

    lists: list[tuple[tuple[str, str], ...]] = field(default_factory=list)
    asked: int = 0
    unlisted: bool = False

    def temporal(
        self,
        port: int,  # noqa: ARG002 - the port's signature
        authority: str,  # noqa: ARG002 - as above
        question: TemporalQuestion,
        *,
        timeout: float,  # noqa: ARG002 - as above
        padding: int = 0,  # noqa: ARG002 - as above
    ) -> f.TemporalAnswer:
        seen = self.lists[min(self.asked, len(self.lists) - 1)] if self.lists else ()
        self.asked += 1
        return f.TemporalAnswer(
            answered=f.Answered.YES,
            namespace=question.namespace,
            task_queue=question.task_queue,
            pollers=None
            if self.unlisted
            else tuple(f.Poller(identity=who, last_access=when, kinds=("activity",)) for who, when in seen),
        )


@dataclass
class Starting(fakes.FakeEngine):
    """An engine whose container's log grows with every look; `ends_at` is the look at which the container exits."""

    written: list[bytes] = field(default_factory=list)
    looks: int = 0
    ends_at: int = 10**6
    state: dict[str, Any] = field(default_factory=dict)
    mode: str = "default"

    def container(self, name_or_id: str) -> InspectedContainer:
        raw = fakes.inspected()
        raw["State"] = {"Status": "running", "StartedAt": STARTED, "FinishedAt": "0001-01-01T00:00:00Z", **self.state}
        raw["HostConfig"]["NetworkMode"] = self.mode
        if self.looks >= self.ends_at:
            raw["State"] |= {"Status": "exited", "ExitCode": 1}
        return inspection.container(raw, name_or_id)

    def logs(self, container_id: str, *, lines: int, max_bytes: int) -> tuple[bytes, bool]:  # noqa: ARG002 - the port's signature
        if "logs" in self.fail:
            raise self.fail["logs"]
        found = b"".join(self.written[: self.looks + 1])
        self.looks += 1
        return found[max(len(found) - max_bytes, 0) :], len(found) > max_bytes


@dataclass
class Clock:
    """Time passes only while somebody sleeps."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Ended:
    problem: str
    seconds: float
    said: list[str]
    asked: int
    entered: int


def waited(
    engine: Starting, *lists: tuple[tuple[str, str], ...], seconds: float = 600, unlisted: bool = False
) -> Ended:
    clients, clock, said = Listed(lists=list(lists), unlisted=unlisted), Clock(), list[str]()
    contract = healthy().contract
    assert isinstance(contract, f.Contract)
    waiting = Waiting(
        seconds=seconds,
        contract=contract,
        collect_options=fakes.collect_options(),
        ports=fakes.ports(fakes.FakeSource(engine), clients=clients),
        say=said.append,
        clock=clock,
        sleep=clock.sleep,
    )
    problem = Readiness(fakes.RUNNER_ID, engine, waiting).problem()
    return Ended(problem, clock.now, said, clients.asked, len(engine.executed))


def test_ready_and_an_own_poller_are_both_there() -> None:
    ended = waited(Starting(written=[BANNER, b"", READY]), ((OWN, SOON),))
    assert (ended.problem, ended.seconds, ended.asked, ended.entered) == ("", 2, 1, 1)


def test_temporal_is_not_asked_before_the_log_says_ready() -> None:
    ended = waited(Starting(written=[BANNER]), ((OWN, SOON),), seconds=300)
    assert "Worker ready" in ended.problem
    assert (ended.seconds, ended.asked, ended.entered) == (300, 0, 0)
    assert len(ended.said) == 19
    assert "of at most 300 s" in ended.said[0]


@pytest.mark.parametrize("listed", [(), ((OLD, SOON),), ((OWN, BEFORE),), ((OLD, SOON), ("4711@laptop", SOON))])
def test_no_other_poller_will_do(listed: tuple[tuple[str, str], ...]) -> None:
    ended = waited(Starting(written=[BANNER + READY]), listed)
    assert "no poller of its own" in ended.problem
    assert ended.seconds == 90


def test_the_own_poller_may_come_a_little_later_through_the_same_way_in() -> None:
    ended = waited(Starting(written=[BANNER + READY]), ((OLD, SOON),), ((OLD, SOON),), ((OLD, SOON), (OWN, SOON)))
    assert (ended.problem, ended.seconds, ended.entered) == ("", 2, 1)


def test_a_slow_start_is_waited_for_as_long_as_it_takes() -> None:
    ended = waited(Starting(written=[BANNER, *[b""] * 399, READY]), ((OWN, SOON),))
    assert (ended.problem, ended.seconds) == ("", 400)


@pytest.mark.parametrize("ends_at", [1, 10**6])
def test_a_failed_start_ends_the_wait_at_once(ends_at: int) -> None:
    ended = waited(Starting(written=[BANNER, FAILURE], ends_at=ends_at))
    assert ended.seconds <= 1
    assert ends_at == 1 or "Activity Registration Error (Error: no Temporal)" in ended.problem


def test_of_an_error_of_several_lines_the_first_is_said() -> None:
    more = FAILURE + b"2026-01-22T03:27:18.000Z caused by: refused\n" + RULER
    assert "(Error: no Temporal)" in waited(Starting(written=[BANNER, more])).problem


def test_the_wait_ends_at_the_first_look_after_its_time() -> None:
    assert waited(Starting(written=[BANNER]), seconds=2.5).seconds == 3


def test_a_container_that_ends_without_a_word_says_its_exit_code() -> None:
    assert "exit code 1" in waited(Starting(written=[BANNER], ends_at=1)).problem


def test_ready_of_an_earlier_start_does_not_count() -> None:
    early = READY.replace(b"03:27:", b"03:20:")
    ended = waited(Starting(written=[early + BANNER]), ((OWN, SOON),), seconds=5)
    assert "Worker ready" in ended.problem


def test_where_the_log_cannot_be_read_the_own_poller_decides_alone() -> None:
    engine = Starting(fail={"logs": Refused("configured logging driver does not support reading")})
    assert waited(engine, (), ((OWN, SOON),)).problem == ""


def test_on_host_networking_a_worker_of_the_host_is_not_taken_for_it() -> None:
    host = f"4711@{'a' * 12}"
    ended = waited(Starting(written=[READY], mode="host"), ((host, SOON),))
    assert "same name" in ended.problem


def test_why_nobody_could_say_who_polls_is_said() -> None:
    silent = waited(Starting(written=[BANNER + READY]), unlisted=True)
    assert silent.problem == "whether its worker polls could not be asked: Temporal did not say who polls"
    lost = waited(Starting(written=[BANNER + READY], fail={"execute": Refused("no"), "clone": Refused("neither")}))
    assert lost.problem.startswith("whether its worker polls could not be asked: ")
    assert "Temporal did not say" not in lost.problem
