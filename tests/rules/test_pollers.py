"""Whose pollers count: only those of this container's own worker, since its start."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.findings import CheckStatus, Diagnosis, Severity, Status
from stigmer_doctor.rules.registry import RULES
from tests.rules.altered import altered, container_of
from tests.rules.different import OTHER, OWN, elsewhere, looked_up, polled, restarts, temporal
from tests.rules.vary import diagnose, failing, in_state

OLD = f"1@{'d' * 12}"
NOW, LONG_AGO, JUST_STARTED = "2026-01-22T03:27:20Z", "2026-01-22T03:20:00Z", "2026-01-22T03:27:00Z"
START = "2026-01-22 03:27:01,000 - __main__ - INFO - Registering activities and connecting to Temporal..."
READY = "2026-01-22 03:27:18,000 - __main__ - INFO - Worker ready, polling for tasks..."
FAILURE = "2026-01-22 03:27:18,000 - __main__ - ERROR - STARTUP FAILURE: Activity Registration Error"


def judged(facts: f.Facts) -> Diagnosis:
    found = diagnose(facts, *RULES)
    assert found.summary.crash == 0
    return found


def verdict(facts: f.Facts) -> tuple[Status, CheckStatus]:
    found = judged(facts)
    return found.status, next(check.status for check in found.checks if check.code == "SD506")


def written(facts: f.Facts, *lines: str, last_at: str = "") -> f.Facts:
    return replace(facts, logs=f.Logs(lines=lines, before_start=0, last_at=last_at))


def on_host(facts: f.Facts) -> f.Facts:
    return altered(facts, network_mode="host", hostname="laptop")


# ---- the container's own worker --------------------------------------------------------------------------------------


@pytest.mark.parametrize("identity", [OWN, f"17@{'a' * 12}", f"1@{'a' * 12}@agent_execution_runner"])
def test_its_own_poller_passes(identity: str) -> None:
    assert verdict(polled(identity)) == (Status.PASS, CheckStatus.PASS)


@pytest.mark.parametrize(
    "others",
    [
        (OLD,),
        ("4711@laptop",),
        (OLD, "4711@laptop"),
        ("an-identity-of-its-own",),
        ("\u00b2@x", f"{'9' * 5000}@y", "@", "1@", ""),
    ],
)
def test_a_dead_worker_is_found_beside_whatever_else_polls(others: tuple[str, ...]) -> None:
    found = judged(polled(*others))
    (missing,) = (finding for finding in found.findings if finding.code == "SD506")
    assert missing.severity is Severity.ERROR
    assert all(other in missing.message for other in others)


def test_a_worker_that_hangs_has_not_asked_for_two_minutes() -> None:
    found = judged(polled(OWN, at=LONG_AGO))
    assert "no longer polls" in found.findings[0].message


def test_what_it_asked_before_its_last_start_does_not_count() -> None:
    facts = replace(polled(OWN, at="2026-01-22T03:26:59Z"), container=container_of(restarts(0, JUST_STARTED)))
    assert verdict(written(facts, START)) == (Status.INCONCLUSIVE, CheckStatus.SKIP)


def test_a_stopped_container_has_no_worker_although_its_poller_is_listed() -> None:
    found = judged(in_state(polled(OWN), "exited", exit_code=137))
    assert {finding.code: finding.caused_by for finding in found.findings} == {"SD112": (), "SD506": ("SD112",)}


# ---- while it starts -------------------------------------------------------------------------------------------------


def starting(*lines: str, others: tuple[str, ...] = ()) -> f.Facts:
    facts = replace(polled(*others), container=container_of(restarts(0, JUST_STARTED)))
    return written(facts, *lines)


@pytest.mark.parametrize("others", [(), (OLD,)])
def test_a_start_under_way_is_an_information_and_no_pass(others: tuple[str, ...]) -> None:
    found = judged(starting(START, others=others))
    assert [(finding.code, finding.severity) for finding in found.findings] == [("SD114", Severity.INFO)]
    assert found.status is Status.INCONCLUSIVE
    assert "still starting" in found.findings[0].message
    assert "restart" not in " ".join(found.findings[0].remediation.commands)


def test_without_temporal_nobody_is_told_to_wait() -> None:
    unreachable = failing("temporal", f.Outcome.TIMED_OUT)
    facts = replace(starting(START), container_reach=unreachable.container_reach, temporal=unreachable.temporal)
    assert isinstance(facts.temporal, f.NotMeasured)
    assert "SD114" not in {finding.code for finding in judged(facts).findings}


def test_a_start_takes_as_long_as_it_takes() -> None:
    facts = written(polled(), START)
    assert verdict(facts) == (Status.INCONCLUSIVE, CheckStatus.SKIP)


def test_ready_a_moment_ago_is_not_accused_yet_and_later_it_is() -> None:
    just = written(polled(), READY, last_at="2026-01-22T03:27:18Z")
    assert verdict(just) == (Status.INCONCLUSIVE, CheckStatus.SKIP)
    assert verdict(written(polled(), READY, last_at=LONG_AGO)) == (Status.FAIL, CheckStatus.FAIL)


def test_ready_before_its_last_start_is_not_ready() -> None:
    facts = replace(starting(), logs=f.Logs(lines=(READY, START), before_start=1))
    assert verdict(facts) == (Status.INCONCLUSIVE, CheckStatus.SKIP)


def test_a_failed_start_that_still_runs_is_no_start_under_way() -> None:
    assert verdict(starting(START, FAILURE)) == (Status.FAIL, CheckStatus.FAIL)


@pytest.mark.parametrize(
    ("logs", "started", "expected"),
    [
        (f.NotMeasured(reason="the log driver keeps none"), JUST_STARTED, CheckStatus.SKIP),
        (f.NotMeasured(reason="the log driver keeps none"), "2026-01-22T03:00:01Z", CheckStatus.FAIL),
        (f.Logs(lines=("x",), before_start=0, truncated=True), "2026-01-22T03:00:01Z", CheckStatus.FAIL),
    ],
)
def test_where_the_log_does_not_tell_the_time_decides(
    logs: f.Logs | f.NotMeasured, started: str, expected: CheckStatus
) -> None:
    facts = replace(polled(), container=container_of(restarts(0, started)), logs=logs)
    assert verdict(facts)[1] is expected


def test_its_own_poller_counts_although_a_quiet_log_level_hides_that_it_is_ready() -> None:
    assert verdict(written(polled(OWN), "x"))[1] is CheckStatus.PASS


# ---- on the host's network -------------------------------------------------------------------------------------------


def test_on_host_networking_the_host_has_the_same_name() -> None:
    assert verdict(on_host(polled("1@laptop"))) == (Status.PASS, CheckStatus.PASS)
    assert verdict(on_host(polled("4711@laptop"))) == (Status.INCONCLUSIVE, CheckStatus.SKIP)
    assert verdict(on_host(polled(OLD)))[1] is CheckStatus.FAIL


def test_on_host_networking_two_runners_cannot_be_told_apart() -> None:
    lookup = looked_up(f.Match.FOUND, OTHER).lookup
    assert verdict(replace(on_host(polled("1@laptop")), lookup=lookup))[1] is CheckStatus.SKIP


def test_in_another_containers_network_its_name_is_not_known() -> None:
    assert verdict(altered(polled("1@x"), network_mode="container:x", hostname=""))[1] is CheckStatus.SKIP


# ---- contended -------------------------------------------------------------------------------------------------------


def contended(facts: f.Facts) -> bool:
    return any(finding.code == "SD508" for finding in judged(facts).findings)


def two(identity: str, at: str, kinds: tuple[str, ...] = ("activity",), started: str = JUST_STARTED) -> f.Facts:
    own = f.Poller(identity=OWN, last_access=NOW, kinds=("activity",))
    other = f.Poller(identity=identity, last_access=at, kinds=kinds)
    return replace(temporal(pollers=(own, other)), container=container_of(restarts(0, started)))


def test_a_removed_predecessor_whose_last_request_ended_late_is_not_accused() -> None:
    assert not contended(two(OLD, at="2026-01-22T03:27:15Z"))
    assert contended(two(OLD, at=NOW, started="2026-01-22T03:00:01Z"))


def test_a_worker_outside_containers_is_accused_at_once() -> None:
    assert contended(two("4711@laptop", at="2026-01-22T03:27:01Z"))
    assert not contended(two("1@laptop", at="2026-01-22T03:27:01Z"))  # a runner on host networking, perhaps


def test_a_runner_that_runs_on_this_engine_is_accused_at_once_and_a_stopped_one_never() -> None:
    for state, accused in (("running", True), ("exited", False)):
        other = replace(OTHER, state=state)
        facts = replace(two(f"1@{'c' * 12}", at=NOW), lookup=looked_up(f.Match.FOUND, other).lookup)
        assert contended(facts) is accused


def test_the_server_takes_workflow_tasks_from_the_same_queue() -> None:
    assert not contended(two("4711@laptop@agent_execution_runner", at=NOW, kinds=("workflow",)))
    alone = temporal(pollers=(f.Poller(identity="4711@laptop@q", last_access=NOW, kinds=("workflow",)),))
    assert not contended(alone)


def test_an_engine_elsewhere_changes_nothing() -> None:
    assert verdict(elsewhere(polled(OWN)))[1] is CheckStatus.PASS
