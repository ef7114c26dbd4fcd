"""From where it is looked: inside where that does no harm, else from beside, and never twice with two answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from msgspec.structs import replace

from stigmer_doctor.collect.restarts import restarts
from stigmer_doctor.collect.room import shortage
from stigmer_doctor.collect.run import collect
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.errors import DoctorError, EngineError, ProbeError, Refused
from stigmer_doctor.model.inspected import InspectedContainer
from stigmer_doctor.model.topology import Topology
from stigmer_doctor.probe.dial import MOST_DIALS
from tests.fakes import FakeClients, FakeEngine, FakeProbe, FakeSource, collect_options, inspected, ports

MIB = 1024 * 1024
OWN = f"beside, {inspected()['Image']}"
OTHER = "beside, stigmer-agent-runner:local"
NO_PYTHON = Refused('exec: "python3": executable file not found in $PATH')
LOST = f.NotMeasured(reason="the connection was lost while it was asked")
NOW = "2026-01-22T03:27:23Z"


def limited(**host: Any) -> dict[str, Any]:
    raw = inspected()
    raw["HostConfig"] |= host
    return raw


def engine(raw: dict[str, Any], **more: Any) -> FakeEngine:
    return FakeEngine(inspect={"x": raw}, **more)


def memory(left: int, **detail: int) -> dict[str, Any]:
    return {"memory_stats": {"limit": 512 * MIB, "usage": (512 - left) * MIB, "stats": detail}}


# ---- room ------------------------------------------------------------------------------------------------------------


def test_a_container_without_limits_costs_no_question() -> None:
    asked = engine(limited(Memory=0, PidsLimit=None), fail={"stats": AssertionError("not to be asked")})
    assert shortage(asked.container("aaaa"), asked) == ""


@pytest.mark.parametrize(
    ("host", "used", "said"),
    [
        ({"Memory": 512 * MIB}, memory(3), "3 MiB are left of its memory limit"),
        ({"Memory": 512 * MIB}, memory(-1), "0 MiB are left of its memory limit"),
        ({"Memory": 512 * MIB}, memory(300), ""),
        ({"Memory": 512 * MIB}, memory(3, total_inactive_file=300 * MIB), ""),
        ({"Memory": 512 * MIB}, memory(3, inactive_file=300 * MIB), ""),
        ({"PidsLimit": 6}, {"pids_stats": {"current": 6, "limit": 6}}, "0 processes are left of its limit"),
        ({"PidsLimit": 2048}, {"pids_stats": {"current": 6, "limit": 2048}}, ""),
        ({"PidsLimit": 6}, {"pids_stats": None, "memory_stats": None}, ""),
        ({"Ulimits": [{"Name": "nproc", "Soft": 8, "Hard": 8}]}, {}, "its number of processes is limited for the user"),
    ],
)
def test_the_room_that_is_left_decides(host: dict[str, Any], used: dict[str, Any], said: str) -> None:
    asked = engine(limited(**host), used=used)
    assert shortage(asked.container("aaaa"), asked) == said


def test_use_that_is_not_told_counts_as_no_room() -> None:
    asked = engine(limited(Memory=512 * MIB), fail={"stats": Refused("forbidden")})
    assert "does not tell what is left" in shortage(asked.container("aaaa"), asked)


def test_a_container_without_room_is_looked_at_from_beside() -> None:
    asked = engine(limited(Memory=512 * MIB), used=memory(3))
    facts = collect(collect_options(), ports(FakeSource(asked)))
    assert asked.executed == [OWN]
    assert isinstance(facts.inside, f.NotMeasured)
    assert isinstance(facts.contract, f.Contract)
    assert facts.contract.source is f.ContractSource.IMAGE


# ---- who can be entered ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "refusal",
    [
        Refused("the engine refused: authorization denied by plugin"),
        ProbeError("OCI runtime exec failed: fork/exec: resource temporarily unavailable"),
    ],
)
def test_where_an_exec_is_refused_it_is_looked_at_from_beside(refusal: DoctorError) -> None:
    asked = FakeEngine(fail={"execute": refusal})
    facts = collect(collect_options(), ports(FakeSource(asked)))
    assert asked.executed == [OWN]
    assert isinstance(facts.container_reach, f.Reach)
    assert not isinstance(facts.backend, f.NotMeasured)


def test_an_engine_that_does_not_answer_is_not_asked_for_another_way() -> None:
    asked = FakeEngine(fail={"execute": EngineError(f.EngineFault.TIMED_OUT, "no answer within 10 s")})
    facts = collect(collect_options(), ports(FakeSource(asked)))
    assert asked.executed == []
    assert facts.container_reach == f.NotMeasured(reason="no answer within 10 s")


def test_an_image_without_an_interpreter_is_measured_with_another_ones_and_read_from_its_files() -> None:
    asked = FakeEngine(fail={"execute": NO_PYTHON}, files={"TEMPORAL_SERVICE_ADDRESS": b""})
    facts = collect(collect_options(), ports(FakeSource(asked)))
    assert asked.executed == [OTHER]
    assert isinstance(facts.contract, f.Contract)
    assert [read.name for read in facts.contract.reads] == ["TEMPORAL_SERVICE_ADDRESS"]


def test_where_nothing_may_be_started_the_first_refusal_is_the_reason() -> None:
    asked = FakeEngine(fail={"execute": Refused("exec is forbidden"), "clone": Refused("create is forbidden")})
    facts = collect(collect_options(), ports(FakeSource(asked)))
    assert facts.container_reach == f.NotMeasured(reason="exec is forbidden")
    assert isinstance(facts.container, f.Container)


# ---- moments ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "started", "expected"),
    [
        (0, "2026-01-22T03:27:22Z", False),
        (3, "2026-01-22T03:27:22.123456789Z", True),
        (3, "2026-01-22T03:00:00Z", False),
        (3, "soon", True),
        (3, "", True),
    ],
)
def test_a_container_that_was_started_again_a_moment_ago_restarts(count: int, started: str, expected: bool) -> None:
    state = f.State(status="running", started_at=started)
    assert restarts(InspectedContainer(id="x", restart_count=count, state=state), NOW) is expected


def test_a_restart_loop_is_measured_from_a_copy_also_in_the_second_it_is_up() -> None:
    raw = inspected() | {"RestartCount": 2, "State": {"Status": "running", "StartedAt": "2026-01-22T03:27:22Z"}}
    asked = engine(raw)
    collect(collect_options(), ports(FakeSource(asked)))
    assert asked.executed == ["clone"]


def test_a_probe_that_ends_in_the_middle_is_repeated_from_a_copy_with_the_log_as_it_is_then() -> None:
    class Logging(FakeEngine):
        def logs(self, container_id: str, *, lines: int, max_bytes: int) -> tuple[bytes, bool]:  # noqa: ARG002 - the port's signature
            return (b"STARTUP FAILURE\n" if self.executed else b"starting\n"), False

    class Ends(FakeProbe):
        def read_banners(self, targets: Iterable[tuple[str, int]], timeout: float) -> tuple[Any, ...]:
            self.failure = "the probe ended before it answered" if self.vantage is f.Vantage.CONTAINER else ""
            return () if self.failure else super().read_banners(targets, timeout)

    asked, probe = Logging(), Ends()
    facts = collect(collect_options(), ports(FakeSource(asked), probe=probe))
    assert asked.executed == ["exec", "clone"]
    assert isinstance(facts.logs, f.Logs)
    assert facts.logs.lines == ("STARTUP FAILURE",)
    assert isinstance(facts.topology, Topology)
    assert facts.topology.routes


def test_a_connection_that_is_lost_while_a_service_is_asked_accuses_nobody() -> None:
    class Cut(FakeProbe):
        def reach(self, targets: Iterable[tuple[str, int]], timeout: float) -> f.Reach:
            asked = list(targets)
            seen = super().reach(asked, timeout)
            lost = [f.Dial(host=host, address=host, port=port, outcome=f.Outcome.NO_ROUTE) for host, port in asked]
            return replace(seen, dials=tuple(lost)) if len(asked) == 1 else seen

    class Garbled(FakeClients):
        def backend(self, *asked: Any, **more: Any) -> f.BackendAnswer:
            answer = super().backend(*asked, **more)
            return replace(answer, answered=f.Answered.WRONG_PROTOCOL)

    assert collect(collect_options(), ports(probe=FakeProbe(), clients=Garbled())).backend != LOST
    assert collect(collect_options(), ports(probe=Cut(), clients=Garbled())).backend == LOST


# ---- whatever an engine answers --------------------------------------------------------------------------------------


def test_an_engine_that_does_not_describe_itself_is_a_fact_the_less() -> None:
    facts = collect(collect_options(), ports(FakeSource(FakeEngine(fail={"describe": Refused("plugin says no")}))))
    assert facts.engine == f.NotMeasured(reason="plugin says no")
    assert isinstance(facts.backend, f.BackendAnswer)


def test_an_engine_that_lists_no_containers_may_still_inspect_one() -> None:
    facts = collect(collect_options(), ports(FakeSource(FakeEngine(fail={"containers": Refused("plugin says no")}))))
    assert isinstance(facts.lookup, f.Lookup)
    assert (facts.lookup.match, facts.lookup.detail) == (f.Match.FOUND, "plugin says no")
    assert isinstance(facts.backend, f.BackendAnswer)


def test_ways_that_are_too_many_to_try_are_told() -> None:
    class ManyNames(FakeProbe):
        def reach(self, targets: Iterable[tuple[str, int]], timeout: float) -> f.Reach:
            asked = list(targets)
            addresses = tuple(f"127.1.{number}.1" for number in range(70))
            named = tuple(f.Resolution(host=host, addresses=addresses) for host, _ in asked)
            return replace(super().reach(asked, timeout), resolutions=named)

        def read_banners(self, targets: Iterable[tuple[str, int]], timeout: float) -> tuple[Any, ...]:
            return super().read_banners(list(targets)[:MOST_DIALS], timeout)

    facts = collect(collect_options(), ports(probe=ManyNames()))
    assert isinstance(facts.topology, Topology)
    assert len(facts.topology.routes) == MOST_DIALS
    (missing,) = facts.topology.missing
    assert missing.startswith("the container's own: ")
    assert "more ways" in missing


METHODS = ("describe", "containers", "container", "image", "network", "logs", "execute", "clone", "stats", "read_files")
ERRORS = (
    Refused("the engine refused: HTTP 500"),
    EngineError(f.EngineFault.UNREACHABLE, "it closed the connection in the middle"),
    ProbeError("the program is gone"),
    KeyError("State"),
    TypeError("'NoneType' object is not subscriptable"),
)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_whatever_goes_wrong_with_one_question_there_are_facts(method: str, error: Exception) -> None:
    asked = engine(limited(Memory=512 * MIB), used=memory(300), fail={method: error})
    facts = collect(collect_options(), ports(FakeSource(asked)))
    assert isinstance(facts.data_dir, f.DataDir)


@pytest.mark.parametrize("error", [MemoryError(), RecursionError(), OverflowError(), KeyError("x")], ids=repr)
@pytest.mark.parametrize(
    ("method", "fact"),
    [("describe", "engine"), ("logs", "logs"), ("execute", "container_reach")],
)
def test_what_breaks_its_reader_costs_its_own_fact(method: str, fact: str, error: Exception) -> None:
    facts = collect(collect_options(), ports(FakeSource(engine(inspected(), fail={method: error}))))
    broken = getattr(facts, fact)
    assert isinstance(broken, f.NotMeasured)
    assert type(error).__name__ in broken.reason
    assert isinstance(facts.container, f.Container)
    assert isinstance(facts.configuration, f.Configuration)
    assert facts.search.fault is None


@pytest.mark.parametrize("fact", ["compose", "go", "manifests"])
def test_what_breaks_the_reader_of_source_files_costs_its_own_fact(fact: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(f"stigmer_doctor.collect.source.{fact}", breaks)
    facts = collect(collect_options(), ports(FakeSource(engine(inspected()))))
    assert "RecursionError" in getattr(facts, fact).reason
    assert isinstance(facts.container, f.Container)


def test_what_breaks_the_reader_of_the_data_dir_costs_its_own_fact(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise RecursionError

    asked = ports(FakeSource(engine(inspected())))
    monkeypatch.setattr(type(asked.user), "data_dir", breaks)
    facts = collect(collect_options(), asked)
    assert isinstance(facts.data_dir, f.NotMeasured)
    assert isinstance(facts.container, f.Container)


@pytest.mark.parametrize("field", ["State", "Config", "HostConfig", "NetworkSettings", "Mounts", "Image", "Name"])
def test_a_field_that_is_null_costs_no_report(field: str) -> None:
    facts = collect(collect_options(), ports(FakeSource(engine(inspected() | {field: None}))))
    assert facts.search.fault is None
    assert isinstance(facts.container, f.Container)
