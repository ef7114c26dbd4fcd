"""`fix` and `undo` of a container as a whole: what they say, do, leave and put back."""

from __future__ import annotations

import time

import pytest

from stigmer_doctor.fix.context import NO_CONSENT
from stigmer_doctor.fix.result import FixResult
from stigmer_doctor.model.errors import EngineError
from stigmer_doctor.model.facts import EngineFault
from stigmer_doctor.model.fixes import FixOutcome, FixStep
from tests.fix.world import GONE, ID_FILE, NAME, NEW, OLD, Case, Clients, misnamed

RIGHT = "STIGMER_BACKEND_ENDPOINT=host.docker.internal:7234"


def unchanged(case: Case) -> bool:
    """Whether the old container is there alone, as it was."""
    old = case.old()
    was = (old["Name"], old["State"]["Status"], old["HostConfig"]["RestartPolicy"]["Name"])
    return set(case.world.inspect) == {OLD} and was == (f"/{NAME}", "running", "unless-stopped")


def test_a_runner_that_works_is_left_alone() -> None:
    case = Case()
    assert case.fix() is FixResult.NOTHING_TO_FIX
    assert case.said == ["Nothing to fix: no cause was found in the container, and its worker polls."]
    assert case.world.done == []


def test_without_a_look_at_the_container_nothing_is_done() -> None:
    case = misnamed()
    case.world.fail["container"] = EngineError(EngineFault.UNREACHABLE, "the engine is gone")
    assert case.fix() is FixResult.NO_DIAGNOSIS
    assert case.said[0].startswith("Cannot diagnose: ")
    assert case.said[0].endswith(". `stigmer-doctor check` says more.")
    case = misnamed()
    case.world.inspect.clear()
    assert case.fix() is FixResult.NO_DIAGNOSIS


def test_a_warning_about_a_link_keeps_it_from_being_called_well() -> None:
    case = Case()
    case.world.log += b"2026-01-22T03:27:15.000Z 2026-01-22 03:27:15,000 - a - ERROR - All connection attempts failed\n"
    assert case.fix() is FixResult.LEFT
    assert "the runner was not measured to work: SD701" in case.said[0]


def test_the_runner_is_replaced_by_one_that_works() -> None:
    case = misnamed()
    assert case.fix(keep_days=2) is FixResult.VERIFIED
    new, old, journal = case.world.inspect[NEW], case.old(), case.journal()
    assert RIGHT in new["Config"]["Env"]
    assert (new["Name"], new["HostConfig"]["RestartPolicy"]["Name"]) == (f"/{NAME}", "unless-stopped")
    assert (old["Name"], old["State"]["Status"]) == (f"/{journal.kept}", "exited")
    assert (journal.outcome, journal.keep_until) == (FixOutcome.DONE, "2026-01-24T03:27:23Z")
    assert case.files.texts[ID_FILE] == NEW.encode()
    assert case.asked == ["Apply this"]
    (plan,) = case.shown
    assert (plan.fixes, plan.refusal) == (("SD301",), "")
    assert case.said[-1].startswith(f"Fixed and verified. The old container is kept, stopped, as {journal.kept};")


def test_the_image_is_taken_by_its_id_where_its_tag_has_moved() -> None:
    case = misnamed()
    assert case.fix() is FixResult.VERIFIED
    assert case.world.inspect[NEW]["Config"]["Image"] == "stigmer-agent-runner:local"
    case = misnamed()
    case.world.tag = "sha256:" + "9" * 64
    assert case.fix() is FixResult.VERIFIED
    assert case.world.inspect[NEW]["Config"]["Image"] == "sha256:" + "b" * 64


def test_further_networks_are_attached_and_the_first_one_not_twice() -> None:
    case = misnamed()
    case.old()["NetworkSettings"]["Networks"]["back"] = {"Aliases": ["runner"]}
    assert case.fix() is FixResult.VERIFIED
    assert [change for change in case.world.done if change.startswith("connect")] == ["connect back"]


def test_an_id_that_the_daemon_had_not_recorded_is_not_written() -> None:
    case = misnamed()
    case.user.recorded_id = "7" * 64
    case.files.texts[ID_FILE] = b"7"
    assert case.fix() is FixResult.VERIFIED
    assert case.files.texts[ID_FILE] == b"7"
    assert (case.journal().id_file, case.journal().id_before) == ("", None)


def test_a_dry_run_shows_the_plan_and_asks_nothing() -> None:
    case = misnamed()
    assert case.fix(dry_run=True) is FixResult.PLANNED
    assert (len(case.shown), case.asked, case.world.done) == (1, [], [])


def test_without_consent_nothing_is_done() -> None:
    case = misnamed(consent=False)
    assert case.fix() is FixResult.NO_CONSENT
    assert (case.said, case.world.done) == ([NO_CONSENT], [])


def test_of_codes_that_were_not_selected_nothing_is_fixed() -> None:
    case = misnamed()
    assert case.fix(select=("SD2",)) is FixResult.LEFT
    assert (case.shown, case.world.done) == ([], [])


def test_a_container_whose_network_others_use_is_left_alone() -> None:
    case = misnamed()
    case.world.sharing = ("by-id", "by-name", "neither")
    assert case.fix() is FixResult.LEFT
    assert case.said[0].startswith("Nothing was changed: by-id, by-name use its network")
    assert case.world.done == []


def test_a_container_whose_image_was_deleted_is_left_alone() -> None:
    case = misnamed()
    case.old()["Image"] = GONE
    assert case.fix() is FixResult.LEFT
    assert "the image of the container was deleted" in case.said[0]


def test_what_compose_owns_is_left_to_compose() -> None:
    case = misnamed()
    case.old()["Config"]["Labels"] = {"com.docker.compose.project": "p", "com.docker.compose.service": "runner"}
    assert case.fix() is FixResult.LEFT
    assert case.said[0] == "Nothing was changed: compose is not installed, for runner."
    case.world.tag = "sha256:" + "9" * 64
    assert case.fix() is FixResult.LEFT
    assert "means another image by now" in case.said[1]


def test_a_rehearsal_that_fails_changes_nothing() -> None:
    case = misnamed()
    case.clients.lost = True
    assert case.fix() is FixResult.LEFT
    assert case.said[-1].startswith("Nothing was changed: the rehearsal failed. LLM (Ollama) at ")
    assert case.world.done == []


@pytest.mark.parametrize("step", ["create", "policy", "stop", f"rename to {NAME}", "start"])
def test_whatever_fails_on_the_way_the_old_container_is_back(step: str) -> None:
    case = misnamed()
    case.world.broken = step
    assert case.fix() is FixResult.ROLLED_BACK
    assert f"It failed: {step} failed." in case.said
    assert f"The container {NAME} is back as it was ({OLD[:12]})." in case.said
    assert unchanged(case)
    assert case.journal().outcome is FixOutcome.ROLLED_BACK
    assert case.fixer.interrupted() == case.fixer.fixes() == []


def test_a_container_in_which_no_worker_starts_is_put_back() -> None:
    case = misnamed()
    case.world.dead = True
    assert case.fix() is FixResult.ROLLED_BACK
    assert any(line.startswith("It did not help: Temporal lists no poller of its own") for line in case.said)
    assert unchanged(case)


def test_a_service_that_is_back_at_the_second_look_is_no_reason_to_put_it_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case, waits = misnamed(), list[float]()
    monkeypatch.setattr(time, "sleep", waits.append)
    monkeypatch.setattr(Clients, "lost", property(lambda _: len(waits) == 1))
    assert case.fix() is FixResult.VERIFIED
    assert waits == [0, 3]


def test_what_the_user_has_to_do_is_said_and_the_rest_kept() -> None:
    case = misnamed()
    case.clients.models = ()
    assert case.fix() is FixResult.LEFT
    assert case.said[-2].startswith("Fixed, as far as the container goes (SD301).")
    assert case.said[-1].startswith("The runner still does not work: SD606: ")
    assert case.journal().outcome is FixOutcome.DONE


# ---- later -----------------------------------------------------------------------------------------------------------


def test_undo_puts_the_old_container_back() -> None:
    case = misnamed()
    case.fix()
    (journal,) = case.fixer.fixes()
    assert case.fixer.undo(journal) is FixResult.UNDONE
    assert unchanged(case)
    assert case.files.texts[ID_FILE] == OLD.encode()
    assert (journal.outcome, case.fixer.fixes()) == (FixOutcome.UNDONE, [])


def test_undo_without_the_old_container_says_so() -> None:
    case = misnamed()
    case.fix()
    del case.world.inspect[OLD]
    assert case.fixer.undo(case.journal()) is FixResult.LEFT
    assert "is gone: nothing can be put back" in case.said[-1]
    assert set(case.world.inspect) == {NEW}


@pytest.mark.parametrize("begun", [FixStep.POLICY, FixStep.RECORD, FixStep.VERIFY])
def test_an_interrupted_fix_that_was_verified_is_finished(begun: FixStep) -> None:
    case = misnamed()
    case.fix()
    journal = case.journal()
    journal.begun, journal.finished, journal.outcome = begun, begun is FixStep.VERIFY, FixOutcome.OPEN
    case.files.texts[ID_FILE] = b""
    assert case.fixer.interrupted() == [journal]
    assert case.fixer.recover(journal) is FixResult.VERIFIED
    assert (case.files.texts[ID_FILE], journal.outcome) == (NEW.encode(), FixOutcome.DONE)
    assert journal.keep_until == "2026-01-29T03:27:23Z"


@pytest.mark.parametrize(("begun", "finished"), [(FixStep.VERIFY, False), (FixStep.START, True), (FixStep.STOP, False)])
def test_an_interrupted_fix_that_was_not_verified_is_put_back(begun: FixStep, finished: bool) -> None:
    case = misnamed()
    case.fix()
    journal = case.journal()
    journal.begun, journal.finished, journal.outcome = begun, finished, FixOutcome.INCOMPLETE
    assert case.fixer.recover(journal) is FixResult.ROLLED_BACK
    assert unchanged(case)


def test_a_verified_fix_whose_last_steps_fail_is_finished_later() -> None:
    case = misnamed()
    del case.files.texts[ID_FILE]
    case.files.refuses = True
    assert case.fix() is FixResult.INCOMPLETE
    assert case.said[-1].startswith("Fixed and verified, but for the last steps: ")
    case.files.refuses = False
    assert case.fixer.recover(case.journal()) is FixResult.VERIFIED
    assert case.files.texts[ID_FILE] == NEW.encode()


@pytest.mark.parametrize(
    ("until", "left"), [("2026-01-22T03:27:22Z", {NEW}), ("2026-01-22T03:27:24Z", {NEW, OLD}), ("", {NEW, OLD})]
)
def test_the_old_container_is_removed_when_its_time_is_over(until: str, left: set[str]) -> None:
    case = misnamed()
    case.fix()
    case.journal().keep_until = until
    case.fixer.clean_up()
    assert set(case.world.inspect) == left
    assert len(case.store.kept) == len(left) - 1


def test_of_an_old_container_that_somebody_removed_only_the_journal_is_left_to_clean_up() -> None:
    case = misnamed()
    case.fix()
    case.journal().keep_until = "2026-01-22T03:27:22Z"
    del case.world.inspect[OLD]
    case.fixer.clean_up()
    assert (set(case.world.inspect), case.store.kept) == ({NEW}, {})


def test_a_fix_that_was_put_back_is_not_cleaned_up() -> None:
    case = misnamed()
    case.fix()
    case.journal().outcome, case.journal().keep_until = FixOutcome.UNDONE, "2026-01-22T03:27:22Z"
    case.fixer.clean_up()
    assert OLD in case.world.inspect


def test_fixes_of_another_engine_are_not_touched() -> None:
    case = misnamed()
    case.fix()
    case.journal().engine = "unix:///another.sock"
    assert case.fixer.fixes() == case.fixer.interrupted() == []
