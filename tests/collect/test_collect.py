"""Collecting: what goes wrong on the way becomes a fact, and what was learnt before is kept."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from stigmer_doctor.adapters.docker import inspection
from stigmer_doctor.collect.fields import OF_A_POD
from stigmer_doctor.collect.run import collect
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.errors import EngineError, NotFound, ProbeError, Refused
from stigmer_doctor.model.inspected import InspectedContainer
from tests.fakes import FakeClients, FakeEngine, FakeProbe, FakeSource, collect_options, inspected, ports


def test_a_healthy_runner_is_collected_whole() -> None:
    facts = collect(collect_options(), ports())
    missing = {name for name in facts.__struct_fields__ if isinstance(getattr(facts, name), f.NotMeasured)}
    # The local mode has no Redis, and an engine no pods.
    assert missing == {"compose", "go", "manifests", "redis", *OF_A_POD}


def test_the_probe_is_closed_and_one_exec_is_enough() -> None:
    probe, engine = FakeProbe(), FakeEngine()
    collect(collect_options(), ports(FakeSource(engine), probe=probe))
    assert probe.closed
    assert engine.executed == ["exec"]


def test_every_endpoint_and_the_host_alias_are_dialled() -> None:
    probe = FakeProbe()
    collect(collect_options(), ports(probe=probe))
    dialled = {target for target in probe.asked if target[1]}
    assert dialled == {("host.docker.internal", port) for port in (7233, 7234, 11434)}


def test_on_host_networking_the_loopback_is_dialled_too() -> None:
    raw = inspected()
    raw["HostConfig"]["NetworkMode"] = "host"
    probe = FakeProbe()
    collect(collect_options(), ports(FakeSource(FakeEngine(inspect={raw["Id"]: raw})), probe=probe))
    assert ("127.0.0.1", 7233) in probe.asked


def test_no_engine_is_a_fact_with_the_other_sockets() -> None:
    fault = EngineError(f.EngineFault.UNREACHABLE, "nothing listens there")
    facts = collect(collect_options(), ports(FakeSource(fault=fault, live=("unix:///run/other.sock",))))
    assert facts.search.fault is f.EngineFault.UNREACHABLE
    assert facts.search.live_sockets == ("unix:///run/other.sock",)
    assert isinstance(facts.container, f.NotMeasured)
    assert isinstance(facts.data_dir, f.DataDir)


def test_a_missing_container_names_the_runners_there_are() -> None:
    facts = collect(collect_options(container="other"), ports())
    assert isinstance(facts.lookup, f.Lookup)
    assert facts.lookup.match is f.Match.MISSING
    assert [runner.name for runner in facts.lookup.runners] == ["stigmer-agent-runner"]


def test_an_id_prefix_that_fits_two_is_ambiguous() -> None:
    second = inspected() | {"Id": "a" * 63 + "b", "Name": "/second"}
    engine = FakeEngine(inspect={"first": inspected(), "second": second})
    facts = collect(collect_options(container="aaaa"), ports(FakeSource(engine)))
    assert isinstance(facts.lookup, f.Lookup)
    assert facts.lookup.match is f.Match.AMBIGUOUS
    assert {candidate.name for candidate in facts.lookup.candidates} == {"stigmer-agent-runner", "second"}


def test_a_container_that_is_no_runner_is_not_judged() -> None:
    raw = inspected() | {"Name": "/postgres"}
    raw["Config"] |= {"Image": "postgres:17", "Env": ["PGDATA=/var/lib"]}
    probe = FakeProbe(contract_fails=True)
    facts = collect(
        collect_options(container="postgres"), ports(FakeSource(FakeEngine(inspect={"x": raw})), probe=probe)
    )
    assert isinstance(facts.lookup, f.Lookup)
    assert facts.lookup.match is f.Match.NOT_A_RUNNER
    assert isinstance(facts.container, f.NotMeasured)


def test_a_container_removed_while_it_is_looked_at_is_said_to_be() -> None:
    class Vanishing(FakeEngine):
        def container(self, name_or_id: str) -> InspectedContainer:
            if self.executed:
                raise NotFound("No such container")
            return inspection.container(inspected(), name_or_id)

    facts = collect(collect_options(), ports(FakeSource(Vanishing()), probe=FakeProbe(dies=True)))
    assert isinstance(facts.lookup, f.Lookup)
    assert facts.lookup.match is f.Match.REMOVED
    assert isinstance(facts.container, f.Container)


def test_an_engine_that_stops_answering_leaves_what_was_learnt() -> None:
    engine = FakeEngine(fail={"containers": EngineError(f.EngineFault.TIMED_OUT, "no answer within 10 s")})
    facts = collect(collect_options(), ports(FakeSource(engine)))
    assert facts.search.fault is f.EngineFault.TIMED_OUT
    assert isinstance(facts.container, f.NotMeasured)
    assert "no answer within 10 s" in facts.container.reason


def test_an_image_without_an_interpreter_is_read_from_its_files() -> None:
    engine = FakeEngine(
        fail=dict.fromkeys(("execute", "clone"), Refused("exec: python3: no such file or directory")),
        files={"TEMPORAL_SERVICE_ADDRESS": b""},
    )
    facts = collect(collect_options(), ports(FakeSource(engine)))
    assert isinstance(facts.contract, f.Contract)
    assert facts.contract.source is f.ContractSource.IMAGE
    assert facts.container_reach == f.NotMeasured(reason="the image has no Python interpreter to look with")


def test_a_stopped_container_is_measured_from_a_copy_of_its_network() -> None:
    raw = inspected()
    raw["State"] = {"Status": "exited", "ExitCode": 1}
    engine = FakeEngine(inspect={"x": raw})
    collect(collect_options(), ports(FakeSource(engine)))
    assert engine.executed == ["clone"]


def test_a_container_that_ends_while_it_is_looked_at_is_measured_beside() -> None:
    class Crashing(FakeEngine):
        def container(self, name_or_id: str) -> InspectedContainer:
            raw = inspected()
            if self.executed:
                raw |= {"State": {"Status": "restarting"}, "RestartCount": 4}
            return inspection.container(raw, name_or_id)

    class DiesInside(FakeProbe):
        def reach(self, targets: Iterable[tuple[str, int]], timeout: float) -> f.Reach:
            self.dies = self.vantage is f.Vantage.CONTAINER
            return super().reach(targets, timeout)

    engine = Crashing()
    facts = collect(collect_options(), ports(FakeSource(engine), probe=DiesInside()))
    assert engine.executed == ["exec", "clone"]
    assert isinstance(facts.container_reach, f.Reach)
    assert isinstance(facts.container, f.Container)
    assert facts.container.restart_count == 4


def test_a_paused_container_is_not_entered() -> None:
    raw = inspected()
    raw["State"] = {"Status": "paused"}
    engine = FakeEngine(inspect={"x": raw})
    facts = collect(collect_options(), ports(FakeSource(engine)))
    assert engine.executed == []
    assert isinstance(facts.container_reach, f.NotMeasured)
    assert "paused" in facts.container_reach.reason


def test_code_that_cannot_be_read_leaves_an_assumed_contract() -> None:
    facts = collect(collect_options(), ports(probe=FakeProbe(contract_fails=True)))
    assert isinstance(facts.contract, f.Contract)
    assert facts.contract.source is f.ContractSource.PROFILE


def test_passive_runs_and_dials_nothing() -> None:
    engine, probe = FakeEngine(), FakeProbe()
    facts = collect(collect_options(passive=True), ports(FakeSource(engine), probe=probe))
    assert engine.executed == []
    assert probe.asked == []
    assert isinstance(facts.configuration, f.Configuration)
    assert isinstance(facts.user_reach, f.NotMeasured)


def test_an_engine_elsewhere_leaves_this_machine_out() -> None:
    facts = collect(collect_options(), ports(FakeSource(local=False)))
    assert facts.place is f.Place.ENGINE_ELSEWHERE
    assert isinstance(facts.user_reach, f.NotMeasured)
    assert "another machine" in facts.user_reach.reason


@pytest.mark.parametrize("where", ["environment", "logs", "answers", "labels", "command", "errors"])
def test_a_secret_is_nowhere_in_the_facts(where: str) -> None:
    canary = "canary-5f0c8e"
    raw = inspected(STIGMER_API_KEY=canary)
    raw["Config"]["Labels"] = {"note": canary}
    raw["Config"]["Cmd"] = ["/app/.venv/bin/python", "main.py", f"--token={canary}"]
    engine = FakeEngine(inspect={"x": raw}, log=f"started with {canary}\n".encode())
    if where == "errors":
        engine.fail["execute"] = Refused(f"cannot start with {canary}")
    facts = collect(collect_options(), ports(FakeSource(engine), clients=FakeClients(detail=f"who is {canary}?")))
    assert canary not in repr(facts)
    assert sum(redaction.count for redaction in facts.redactions) >= 1


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("k3y\n", "a line break"),
        ("k3\ty", "a control character"),
        ("k3y\u2013", "a letter that is not ASCII"),
        ("k3y", ""),
    ],
)
def test_what_no_header_carries_is_told_of_a_hidden_value(value: str, told: str) -> None:
    engine = FakeEngine(inspect={"x": inspected(STIGMER_API_KEY=value, LOG_LEVEL="a\nb")})
    container = collect(collect_options(), ports(FakeSource(engine))).container
    assert isinstance(container, f.Container)
    found = {variable.name: variable.unsendable for variable in container.environment}
    assert (found["STIGMER_API_KEY"], found["LOG_LEVEL"]) == (told, "")


def test_a_log_of_bytes_that_are_no_text_becomes_lines() -> None:
    engine = FakeEngine(log=b"\x1b[31mred\x1b[0m \xff\xfe\x00 end\nsecond\r\n")
    facts = collect(collect_options(), ports(FakeSource(engine)))
    assert isinstance(facts.logs, f.Logs)
    assert facts.logs.lines == ("red \ufffd\ufffd\ufffd end", "second")


def test_a_probe_that_dies_leaves_the_container_facts() -> None:
    facts = collect(collect_options(), ports(probe=FakeProbe(dies=True)))
    assert isinstance(facts.container, f.Container)
    assert facts.container_reach == f.NotMeasured(reason="the probe stopped answering")


def test_a_probe_that_does_not_start_says_why() -> None:
    engine = FakeEngine(
        fail={"execute": ProbeError("the engine closed the stream"), "clone": Refused("no throwaway container either")}
    )
    facts = collect(collect_options(), ports(FakeSource(engine)))
    assert facts.container_reach == f.NotMeasured(reason="the engine closed the stream")


def test_facts_survive_the_way_through_json() -> None:
    import msgspec

    facts = replace(collect(collect_options(), ports()), tool_version="x")
    assert msgspec.json.decode(msgspec.json.encode(facts), type=f.Facts) == facts


def test_the_engine_is_waited_for_no_longer_than_services_may_take_in_all() -> None:
    assert collect_options(timeout=1).together == collect_options(timeout=0.1).together < 25
    assert collect_options(timeout=10).together == 80


def test_a_source_tree_that_cannot_be_listed_costs_no_more_than_its_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ProbeError("the folder is gone")

    monkeypatch.setattr("stigmer_doctor.collect.source.TreeFiles", fails)
    facts = collect(collect_options(source="tree"), ports())
    assert facts.compose == facts.go == facts.manifests == f.NotMeasured(reason="the folder is gone")
    assert isinstance(facts.container, f.Container)


def test_a_client_that_breaks_costs_its_answer() -> None:
    class Breaking(FakeClients):
        def temporal(self, *_: object, **__: object) -> f.TemporalAnswer:
            raise RecursionError

    facts = collect(collect_options(), ports(clients=Breaking()))
    assert facts.temporal == f.NotMeasured(reason="an answer made no sense (RecursionError)")
    assert isinstance(facts.backend, f.BackendAnswer)


def test_a_configuration_that_cannot_be_told_costs_what_follows_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise IndexError

    monkeypatch.setattr("stigmer_doctor.collect.looking.configuration", fails)
    facts = collect(collect_options(), ports())
    assert facts.configuration == facts.temporal == f.NotMeasured(reason="an answer made no sense (IndexError)")
    assert isinstance(facts.contract, f.Contract)
    assert isinstance(facts.logs, f.Logs)
