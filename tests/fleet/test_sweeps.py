"""A sweep: its recorded histories are continued by this version, and every answer costs its own machine at most."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.worker import Replayer

from stigmer_doctor.fleet.codec import data_converter
from stigmer_doctor.fleet.hosts import read_hosts
from stigmer_doctor.fleet.keys import TeamKeys
from stigmer_doctor.fleet.results import HostResult, HostStatus, SweepState, exit_code, table
from stigmer_doctor.fleet.sweep import AskWindow, Sweep
from stigmer_doctor.model.errors import CannotDiagnose
from tests.fleet.keys import OTHER, TEAM
from tests.fleet.recorded import FIXTURES, history, read

KEYS = TeamKeys([TEAM])


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.stem)
def test_this_version_continues_sweeps_of_earlier_ones(fixture: Path) -> None:
    recorded = history(fixture)
    replayer = Replayer(workflows=[Sweep], data_converter=data_converter(KEYS))
    for length in (5, len(recorded.events) // 2, len(recorded.events)):  # one that goes on is taken over in the middle
        some = replace(recorded, events=recorded.events[:length])
        assert asyncio.run(replayer.replay_workflow(some)).replay_failure is None


def test_so_many_are_asked_at_once_and_no_more() -> None:
    window = AskWindow(2)
    window.ask("one")
    assert window.is_open()
    window.ask("two")
    assert not window.is_open()
    window.end("one", silent=False)
    assert window.is_open()


def test_silent_machines_hold_nobody_up() -> None:
    """One that many have overtaken leaves its place; each that was given up makes one more."""
    window = AskWindow(2)
    window.ask("silent")
    for number in range(4):
        assert window.is_open()
        window.ask(f"machine-{number}")
        assert not window.is_open()
        window.end(f"machine-{number}", silent=False)
    window.ask("one")
    assert window.is_open()
    window.ask("two")
    assert not window.is_open()
    window.end("silent", silent=True)
    assert window.is_open()


def test_there_is_a_recorded_sweep() -> None:
    assert FIXTURES


def test_every_machine_has_its_own_result_whatever_the_others_answer() -> None:
    state = read(history(FIXTURES[0]), KEYS)
    statuses = {host: result.status for host, result in state.results.items()}
    assert {host: statuses.pop(host) for host in ("well", "broken", "silent")} == {
        "well": HostStatus.PASS,
        "broken": HostStatus.FAIL,
        "silent": HostStatus.NOT_REACHED,
    }
    assert len(statuses) == 8
    assert set(statuses.values()) == {HostStatus.UNREADABLE}
    assert state.ended.startswith("ended 20")


def test_a_sweep_that_goes_on_has_machines_that_are_waited_for() -> None:
    recorded = history(FIXTURES[0])
    state = read(replace(recorded, events=recorded.events[:5]), KEYS)
    assert (state.ended, state.waiting()) == ("", 11)
    assert exit_code(state.results.values(), "error") == 3


def test_a_sweep_that_was_ended_waits_for_nobody() -> None:
    recorded = history(FIXTURES[0])
    end = HistoryEvent(event_id=6, event_type=EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED)
    state = read(replace(recorded, events=[*recorded.events[:5], end]), KEYS)
    assert {(result.status, result.note) for result in state.results.values()} == {
        (HostStatus.NOT_REACHED, "the sweep ended before")
    }
    assert state.ended.startswith("terminated")


def test_who_has_another_key_is_told_so_in_one_line() -> None:
    with pytest.raises(CannotDiagnose, match=r"cannot be read: it is sealed by the key 65323e5b, which is not in"):
        read(history(FIXTURES[0]), TeamKeys([OTHER]))


def test_the_table_has_the_worst_first_and_a_silent_machine_is_never_a_pass() -> None:
    shown = table(read(history(FIXTURES[0]), KEYS), wide=True)
    assert shown.title == "11 machines: 1 pass, 1 not reached, 8 unreadable, 1 fail"
    assert [row[:2] for row in (shown.rows[0], *shown.rows[-2:])] == [
        ("broken", "fail"),
        ("silent", "not reached"),
        ("well", "pass"),
    ]
    assert str(shown.rows[0][2]).startswith("SD201")


@pytest.mark.parametrize(
    ("statuses", "fail_on", "code"),
    [
        (["pass", "pass"], "error", 0),
        (["pass", "warn"], "error", 0),
        (["pass", "warn"], "warning", 1),
        (["fail", "not reached"], "error", 1),
        (["fail", "not reached"], "never", 3),
        (["pass", "not reached"], "error", 3),
        (["pass", "unreadable"], "error", 3),
        (["pass", "waiting"], "error", 3),
        (["inconclusive"], "error", 3),
        ([], "error", 3),
    ],
)
def test_the_exit_code(statuses: list[str], fail_on: str, code: int) -> None:
    results = [HostResult(f"machine-{number}", HostStatus(status)) for number, status in enumerate(statuses)]
    assert exit_code(results, fail_on) == code


def test_a_state_of_nothing_is_a_table_too() -> None:
    assert table(SweepState(id="x")).title == "0 machines: none"


def test_a_hosts_file_has_names_comments_and_lines_that_are_named() -> None:
    found = read_hosts(
        "# ours\n\nlaptop-1  # Ada's\nlaptop-2.example\nlaptop-1\n../odd\n-x\n" + "y" * 101 + "\n\x1b[2J\n"
    )
    assert found.names == ("laptop-1", "laptop-2.example")
    assert found.bad_lines == ("line 6", "line 7", "line 8", "line 9")
