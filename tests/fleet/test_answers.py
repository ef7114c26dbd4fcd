"""What a machine answers, and what becomes of an answer that is none."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from temporalio.testing import ActivityEnvironment

from stigmer_doctor.fleet.answers import (
    MOST_UNPACKED,
    FleetAnswer,
    UnreadableAnswerError,
    compress,
    decompress,
    pack,
    unpack,
)
from stigmer_doctor.fleet.history import about
from stigmer_doctor.fleet.keys import TeamKeys
from stigmer_doctor.fleet.results import HostResult, HostStatus
from stigmer_doctor.fleet.saving import save
from stigmer_doctor.fleet.storage import FolderStorage
from stigmer_doctor.fleet.worker import FleetMachine, HostCheck
from stigmer_doctor.model.errors import CannotDiagnose
from stigmer_doctor.model.verdict import Verdict
from tests.fleet.keys import OTHER, TEAM

SAVED = (Path(__file__).parents[2] / "fixtures" / "snapshots" / "incident.json").read_bytes()
VERDICT = Verdict(
    host="laptop", place="this machine's engine", container="stigmer-agent-runner", status="fail",
    fingerprint="w6akpispuy73", causes=("SD201",), services=("backend",), checked_at="2026-11-28T10:00:00Z",
    version="0.1.0", collected_by="0.1.0", snapshot="ab" * 32,
)  # fmt: skip
KEYS = TeamKeys([TEAM])


def asked(machine: FleetMachine, storage: FolderStorage | None = None) -> FleetAnswer:
    """What the activity answers."""
    environment = ActivityEnvironment()
    environment.info = dataclasses.replace(environment.info, workflow_id="sweep", task_queue="stigmer-doctor/laptop")
    raw = asyncio.run(environment.run(HostCheck(machine, KEYS, storage).check))
    return unpack(KEYS.unseal(raw.payload.data, about("sweep", "stigmer-doctor/laptop")))


def machine(taken: bytes = SAVED, kept: list[Verdict] | None = None) -> FleetMachine:
    return FleetMachine("laptop", lambda: taken, (kept if kept is not None else []).append)


@pytest.mark.parametrize(
    "answer",
    [FleetAnswer(VERDICT), FleetAnswer(None, "no engine"), FleetAnswer(VERDICT, "", {"file": "a"}, b"z")],
    ids=["verdict", "problem", "all"],
)
def test_an_answer_is_read_as_it_was_packed(answer: FleetAnswer) -> None:
    assert unpack(pack(answer)) == answer


def test_an_answer_is_small_and_has_all_of_the_verdict() -> None:
    assert len(pack(FleetAnswer(VERDICT))) < 250
    every = {name: replace(VERDICT, **{name: value}) for name, value in changed().items()}
    assert set(every) == set(Verdict.__struct_fields__)
    for name, verdict in every.items():
        assert unpack(pack(FleetAnswer(verdict))).verdict == verdict, name


def changed() -> dict[str, Any]:
    """Another value for each field."""
    return {name: _other(getattr(VERDICT, name), name) for name in Verdict.__struct_fields__}


def _other(value: object, name: str) -> object:
    special = {"status": "warn", "snapshot": "cd" * 32, "schema_version": 2}
    return special.get(name, (*value, "more") if isinstance(value, tuple) else f"{value}, other")


def test_an_answer_of_a_later_version_is_read_without_what_it_adds() -> None:
    fields = msgspec.msgpack.decode(pack(FleetAnswer(VERDICT)))
    assert unpack(msgspec.msgpack.encode([*fields, "new", {"more": 1}])) == FleetAnswer(VERDICT)


def test_an_answer_of_an_earlier_version_is_read_without_what_it_lacks() -> None:
    fields = msgspec.msgpack.decode(pack(FleetAnswer(VERDICT)))
    assert unpack(msgspec.msgpack.encode(fields[:14])) == FleetAnswer(VERDICT)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xc1", b"\x91" * 5000, msgspec.msgpack.encode({"status": "pass"}), b"x" * 300_000,
        msgspec.msgpack.encode(["x" * 201, *[""] * 12]),
        msgspec.msgpack.encode(["", "", "", "excellent", *[""] * 9]),
    ],
    ids=["nothing", "no MessagePack", "nested", "another shape", "too large", "a long word", "an unknown status"],
)  # fmt: skip
def test_what_is_not_an_answer_is_one_line(data: bytes) -> None:
    with pytest.raises(UnreadableAnswerError):
        unpack(data)


def test_a_snapshot_is_never_unpacked_beyond_its_limit() -> None:
    assert decompress(compress(SAVED)) == SAVED
    for data in (compress(bytes(MOST_UNPACKED + 1)), compress(SAVED)[:-1], b"no zstd", b""):
        with pytest.raises(UnreadableAnswerError):
            decompress(data)


def test_a_check_answers_with_its_verdict_and_keeps_it_on_the_machine() -> None:
    kept: list[Verdict] = []
    answer = asked(machine(kept=kept))
    assert answer.verdict
    assert (answer.verdict.status, answer.verdict.causes[:1], answer.problem) == ("fail", ("SD201",), "")
    assert kept == [answer.verdict]
    assert decompress(answer.inline) == SAVED


def test_a_check_that_fails_says_why_and_an_error_of_ours_says_no_value() -> None:
    def refuses() -> bytes:
        raise CannotDiagnose("stopped after 300 seconds")

    def crashes() -> bytes:
        raise ValueError("a value that may be a secret")

    assert asked(FleetMachine("laptop", refuses, lambda _: None)) == FleetAnswer(None, "stopped after 300 seconds")
    assert asked(FleetMachine("laptop", crashes, lambda _: None)) == FleetAnswer(None, "internal error: ValueError")
    assert asked(machine(b"{}")).verdict is None


def test_a_full_disk_costs_the_kept_verdict_and_not_the_answer() -> None:
    def full(_: Verdict) -> None:
        raise OSError(28, "No space left on device")

    answer = asked(FleetMachine("laptop", lambda: SAVED, full))
    assert answer.verdict
    assert answer.problem == "its verdict is not kept there: No space left on device"


def test_a_storage_that_is_gone_costs_the_snapshot_and_not_the_verdict(tmp_path: Path) -> None:
    answer = asked(machine(), FolderStorage(tmp_path / "gone"))
    assert answer.verdict
    assert answer.problem == "its snapshot is not stored: No such file or directory"


@pytest.mark.parametrize("stored", [True, False])
def test_snapshots_are_saved_as_they_were_taken(stored: bool, tmp_path: Path) -> None:
    shared, saved = tmp_path / "shared", tmp_path / "saved"
    shared.mkdir()
    saved.mkdir()
    storage = FolderStorage(shared) if stored else None
    result = HostResult("laptop", HostStatus.FAIL, "", asked(machine(), storage))
    assert asyncio.run(save([result], saved, KEYS, storage)) == (1, [])
    assert (saved / "laptop.json").read_bytes() == SAVED
    assert not any(b"stigmer" in file.read_bytes() for file in shared.iterdir())


def test_a_snapshot_that_cannot_be_had_costs_itself(tmp_path: Path) -> None:
    storage = FolderStorage(tmp_path)
    answer = asked(machine(), storage)
    assert answer.verdict
    results = [
        HostResult("odd/../name", HostStatus.FAIL, "", answer),
        HostResult("not-the-verdicts", HostStatus.FAIL, "", FleetAnswer(VERDICT, inline=compress(SAVED))),
        HostResult("bomb", HostStatus.FAIL, "", FleetAnswer(VERDICT, inline=compress(bytes(MOST_UNPACKED + 1)))),
        HostResult("lost", HostStatus.FAIL, "", FleetAnswer(VERDICT, claim={"file": "0" * 32})),
        HostResult("named", HostStatus.FAIL, "", FleetAnswer(VERDICT, claim={"file": "../x"})),
        HostResult("large", HostStatus.FAIL, "", FleetAnswer(VERDICT)),
        HostResult("well", HostStatus.FAIL, "", answer),
    ]
    written, problems = asyncio.run(save(results, tmp_path, KEYS, storage))
    assert (written, [line.partition(":")[0].removeprefix("no snapshot of ") for line in problems]) == (
        1,
        ["not-the-verdicts", "bomb", "lost", "named", "large"],
    )
    _, without = asyncio.run(save(results[-1:], tmp_path, KEYS, None))
    assert without == ["no snapshot of well: it is in the team's storage: --storage DIR names that"]
    _, another = asyncio.run(save(results[-1:], tmp_path, TeamKeys([OTHER]), storage))
    assert "which is not in the key file" in another[0]
