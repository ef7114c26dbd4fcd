"""The steps and the way back, on an engine that fails where it is told to."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

import pytest

from stigmer_doctor.fix.container_transaction import ContainerTransaction
from stigmer_doctor.model.blueprint import Blueprint, Description
from stigmer_doctor.model.errors import EngineError, NotFound, Refused
from stigmer_doctor.model.facts import EngineFault
from stigmer_doctor.model.fixes import CONTAINER_STEPS, FixOutcome, FixStep, Journal, Plan
from tests import fakes

OLD, NAME, FILE = "a" * 64, "runner", "/data/id"


def described(container_id: str, name: str, status: str) -> Blueprint:
    return Blueprint(
        id=container_id,
        name=name,
        image="runner:1",
        status=status,
        restart_policy="always",
        stop_seconds=3,
        description={"status": status},
        labels={},
    )


@dataclass
class Engine(fakes.FakeManager):
    """Containers by id; `fails` is the call, counted from 1, that finds no engine."""

    containers: dict[str, dict[str, Any]] = field(default_factory=dict)
    fails: int = 0
    calls: int = 0

    def _call(self, container_id: str = "") -> dict[str, Any]:
        self.calls += 1
        if self.calls == self.fails:
            raise EngineError(EngineFault.UNREACHABLE, "the engine is gone")
        if not container_id:
            return {}
        for key, item in self.containers.items():
            if container_id in (key, item["Name"].lstrip("/")):
                return item
        raise NotFound(f"no such container: {container_id}")

    def blueprint(self, name_or_id: str) -> Blueprint:
        found = self._call(name_or_id)
        (key,) = (key for key, item in self.containers.items() if item is found)
        return described(key, found["Name"].lstrip("/"), found["State"]["Status"])

    def recall(self, description: Description) -> Blueprint:
        return described(OLD, NAME, str(description["status"]))

    def create(self, name: str, description: Description) -> str:
        self._call()
        made = "n" * 64
        self.containers[made] = {
            "Name": f"/{name}",
            "State": {"Status": "created"},
            "Policy": "",
            "Body": description,
        }
        return made

    def create_idle(self, name: str, old: Blueprint) -> str:
        return self.create(name, {"idle": old.image})

    def connect(self, container_id: str, old: Blueprint, description: Description) -> None:
        self._call(container_id)["Connected"] = (old.id, description)

    def start(self, container_id: str) -> None:
        self._call(container_id)["State"]["Status"] = "running"

    def stop(self, container_id: str, seconds: int) -> None:
        self._call(container_id)["State"].update(Status="exited", Waited=seconds)

    def pause(self, container_id: str) -> None:
        self._call(container_id)["State"]["Status"] = "paused"

    def rename(self, container_id: str, name: str) -> None:
        found = self._call(container_id)
        if any(container["Name"] == f"/{name}" for container in self.containers.values()):
            raise Refused(f"the name {name} is taken")
        found["Name"] = f"/{name}"

    def disable_restart(self, container_id: str) -> None:
        self._call(container_id)["Policy"] = "no"

    def restore_restart(self, container_id: str, old: Blueprint) -> None:
        self._call(container_id)["Policy"] = old.restart_policy

    def remove(self, container_id: str) -> None:
        found = self._call(container_id)
        self.containers = {key: item for key, item in self.containers.items() if item is not found}

    def written(self, container_id: str) -> list[tuple[bool, str]]:
        self._call(container_id)
        return []

    def copy(self, source_id: str, target_id: str, path: str) -> None:
        self._call(source_id)
        self._call(target_id).setdefault("Copied", []).append(path)


@dataclass
class Files:
    texts: dict[str, bytes] = field(default_factory=lambda: {FILE: OLD.encode()})

    def read(self, path: str) -> bytes:
        return self.texts[path]

    def write(self, path: str, data: bytes) -> None:
        self.texts[path] = data


class Case:
    """A running container, and the transaction that replaces it."""

    def __init__(self, status: str = "running", fails: int = 0) -> None:
        state = {"Name": f"/{NAME}", "State": {"Status": status}, "Policy": "always"}
        self.engine = Engine({OLD: state}, fails)
        self.before = copy.deepcopy(self.engine.containers)
        self.files, self.saved = Files(), list[tuple[FixStep | None, bool]]()
        plan = Plan(container=NAME, container_id=OLD, writable_layer_paths=("/app/work",))
        self.journal = Journal(
            id="1", at="", engine="e", name=NAME, old_id=OLD, temporary="runner.new", kept="runner.old",
            old={"status": status},
            body={"Image": "i"}, plan=plan, id_file=FILE, id_before=OLD,
        )  # fmt: skip
        self.transaction = ContainerTransaction(self.journal, self._save, self.engine, self.files)

    def _save(self, journal: Journal) -> None:
        self.saved.append((journal.begun, journal.finished))

    def run(self) -> None:
        self.transaction.apply()
        assert self.transaction.verify(lambda _: ()) == ()
        self.transaction.complete("later")


def test_all_steps_are_written_down_before_and_after_they_are_taken() -> None:
    case = Case()
    case.run()
    assert [begun for begun, finished in case.saved if not finished] == list(CONTAINER_STEPS)
    assert {begun for begun, finished in case.saved if finished} == set(CONTAINER_STEPS)


def test_the_new_container_takes_the_olds_place() -> None:
    case = Case()
    case.run()
    old, new = case.engine.containers[OLD], case.engine.containers["n" * 64]
    assert (old["Name"], old["State"]["Status"], old["State"]["Waited"]) == ("/runner.old", "exited", 3)
    assert (new["Name"], new["State"]["Status"], new["Policy"]) == ("/runner", "running", "always")
    assert new["Connected"] == (OLD, {"Image": "i"})
    assert new["Copied"] == ["/app/work"]
    assert case.files.texts[FILE] == b"n" * 64
    assert (case.journal.outcome, case.journal.keep_until) == (FixOutcome.DONE, "later")


@pytest.mark.parametrize("status", ["running", "exited", "paused", "created"])
@pytest.mark.parametrize("fails", range(1, 14))
def test_wherever_it_fails_the_way_back_restores_what_was_there(status: str, fails: int) -> None:
    case = Case(status, fails)
    try:
        case.run()
    except EngineError:
        case.engine.fails = 0
        assert case.transaction.roll_back() == ()
        restored = case.engine.containers[OLD]
        assert list(case.engine.containers) == [OLD]
        assert restored["Name"] == f"/{NAME}"
        assert restored["Policy"] == "always"
        had_process = status in ("running", "paused")
        assert restored["State"]["Status"] == (status if had_process else restored["State"]["Status"])
        assert had_process or restored["State"]["Status"] in ("created", "exited")
        assert case.files.texts[FILE] == OLD.encode()
        assert case.journal.outcome is FixOutcome.ROLLED_BACK


@pytest.mark.parametrize("fails", range(1, 9))
def test_a_way_back_that_fails_says_what_is_left_and_may_be_repeated(fails: int) -> None:
    case = Case()
    case.transaction.apply()
    case.engine.calls, case.engine.fails = 0, fails
    left = case.transaction.roll_back()
    if left:
        assert case.journal.outcome is FixOutcome.INCOMPLETE
        assert "the engine is gone" in left[0]
        running = [
            container["Name"]
            for container in case.engine.containers.values()
            if container["State"]["Status"] == "running"
        ]
        assert len(running) <= 1
    case.engine.fails = 0
    assert case.transaction.roll_back() == ()
    assert case.engine.containers[OLD]["Name"] == f"/{NAME}"
    assert list(case.engine.containers) == [OLD]


def test_a_verification_that_fails_is_written_down_as_begun() -> None:
    case = Case()
    case.transaction.apply()
    assert case.transaction.verify(lambda _: ("it does not run",)) == ("it does not run",)
    assert (case.journal.begun, case.journal.finished) == (FixStep.VERIFY, False)


def test_an_old_container_that_is_gone_is_said_to_be() -> None:
    case = Case()
    case.transaction.apply()
    case.engine.remove(OLD)
    assert any("is gone" in problem for problem in case.transaction.roll_back())
    assert case.journal.outcome is FixOutcome.INCOMPLETE


def test_what_is_left_to_do_after_a_failure_is_all_said_as_commands() -> None:
    case = Case()
    case.transaction.apply()
    case.engine.calls, case.engine.fails = 0, 5
    assert case.transaction.roll_back() == (
        "# the engine is gone:",
        "docker rename runner.old runner",
        "docker update --restart=always runner",
        "docker start runner",
    )


def test_a_container_that_is_gone_is_named_as_docker_does() -> None:
    case = Case()
    case.transaction.apply()
    case.engine.remove(OLD)
    assert case.transaction.roll_back()[0] == f"# the old container {OLD[:12]} is gone:"


def test_a_name_that_would_run_a_program_or_be_an_option_is_one_word_in_what_is_left_to_do() -> None:
    case = Case()
    case.transaction.apply()
    case.journal.kept, case.journal.name = "-f", "$(canary)"
    case.engine.calls, case.engine.fails = 0, 5
    assert case.transaction.roll_back() == (
        "# the engine is gone:",
        "docker rename -- -f '$(canary)'",
        "docker update --restart=always '$(canary)'",
        "docker start '$(canary)'",
    )
