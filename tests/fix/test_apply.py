"""What becomes of a fix: kept, or everything put back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager

import pytest

from stigmer_doctor.fix.apply import apply_and_verify, roll_back
from stigmer_doctor.fix.context import FixContext
from stigmer_doctor.fix.result import FixResult, worst
from stigmer_doctor.fix.transaction import FixTransaction
from stigmer_doctor.model.container import Compose
from stigmer_doctor.model.engine import EngineSearch
from stigmer_doctor.model.errors import DoctorError, EngineError
from stigmer_doctor.model.facts import EngineFault
from stigmer_doctor.model.fixes import FixOutcome, FixStep, Journal, Plan
from tests import fakes


class Fix(FixTransaction):
    """One that fails as it is told to; `left` is what cannot be put back."""

    def __init__(self, fails: BaseException | None = None, left: tuple[str, ...] = ()) -> None:
        plan = Plan(container="runner", container_id="a")
        super().__init__(Journal(id="1", at="", engine="", name="runner", old_id="a" * 64, plan=plan), lambda _: None)
        self.fails, self.left, self.ended = fails, left, list[FixOutcome]()

    def apply(self) -> None:
        if self.fails:
            raise self.fails

    def complete(self, keep_until: str) -> None:
        raise NotImplementedError

    def roll_back(self, outcome: FixOutcome = FixOutcome.ROLLED_BACK) -> tuple[str, ...]:
        self.ended.append(outcome)
        return self.left


class Nothing:
    """The ports that no test here uses."""

    def save(self, journal: Journal) -> None:
        """A fix is written down before it is begun."""

    def journals(self) -> list[Journal]:
        raise NotImplementedError

    def unreadable(self) -> list[str]:
        raise NotImplementedError

    def forget(self, journal: Journal) -> None:
        raise NotImplementedError

    def locked(self, container: str) -> AbstractContextManager[None]:
        raise NotImplementedError

    def read(self, path: str) -> bytes:
        raise NotImplementedError

    def write(self, path: str, data: bytes) -> None:
        raise NotImplementedError

    def check(self, owner: Compose) -> str:
        raise NotImplementedError

    def up(self, owner: Compose) -> None:
        raise NotImplementedError


def context(said: list[str]) -> FixContext:
    nothing = Nothing()
    return FixContext(
        collect_options=fakes.collect_options(),
        ports=fakes.ports(),
        state=nothing,
        files=nothing,
        compose=nothing,
        uncommitted=lambda _: False,
        say=said.append,
        show=lambda _: None,
    )


def applied(fix: Fix, problems: Sequence[str] = ()) -> tuple[FixResult, list[str]]:
    said: list[str] = []
    return apply_and_verify(fix, context(said), lambda _: problems), said


def test_what_is_verified_is_kept() -> None:
    fix = Fix()
    assert applied(fix) == (FixResult.VERIFIED, [])
    assert (fix.ended, fix.journal.begun, fix.journal.finished) == ([], FixStep.VERIFY, True)


def test_what_does_not_help_is_put_back() -> None:
    fix = Fix()
    result, said = applied(fix, ["it does not run"])
    assert (result, fix.ended) == (FixResult.ROLLED_BACK, [FixOutcome.ROLLED_BACK])
    assert said == ["It did not help: it does not run.", f"The container runner is back as it was ({'a' * 12})."]


def test_what_fails_is_put_back_as_far_as_it_goes() -> None:
    result, said = applied(Fix(DoctorError("no room"), left=("docker start runner",)))
    assert result is FixResult.INCOMPLETE
    assert said[0] == "It failed: no room."
    assert said[2] == "  docker start runner"


def test_what_is_left_to_do_is_said_of_the_engine_that_was_named(monkeypatch: pytest.MonkeyPatch) -> None:
    named = EngineSearch(endpoint="unix:///other.sock", source="--host", local=True)
    monkeypatch.setattr(fakes.FakeSource, "search", lambda _: named)
    _, said = applied(Fix(DoctorError("no room"), left=("# why:", "docker start runner")))
    assert said[2:] == ["  # why:", "  docker --host unix:///other.sock start runner"]


def test_what_is_left_to_do_is_said_also_where_the_engine_cannot_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: object) -> None:
        raise EngineError(EngineFault.UNREACHABLE, "the context is gone")

    monkeypatch.setattr(fakes.FakeSource, "search", lost)
    result, said = applied(Fix(DoctorError("no room"), left=("docker start runner",)))
    assert (result, said[2:]) == (FixResult.INCOMPLETE, ["  docker start runner"])


def test_a_fix_that_cannot_be_written_down_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise DoctorError("the state folder cannot be used")

    fix = Fix(AssertionError("it was begun"))
    monkeypatch.setattr(Nothing, "save", full)
    with pytest.raises(DoctorError, match="the state folder cannot be used"):
        applied(fix)
    assert fix.ended == []


def test_a_roll_back_that_cannot_be_written_down_is_incomplete(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise DoctorError("the state folder cannot be used")

    monkeypatch.setattr(Fix, "roll_back", full)
    result, said = applied(Fix(DoctorError("no room")))
    assert result is FixResult.INCOMPLETE
    assert said[2] == "  # the state folder cannot be used"


def test_an_interruption_is_passed_on_when_everything_is_back() -> None:
    fix = Fix(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        applied(fix)
    assert fix.ended == [FixOutcome.ROLLED_BACK]


def test_an_undo_says_so() -> None:
    assert roll_back(Fix(), context([]), FixOutcome.UNDONE) is FixResult.UNDONE


def test_every_result_has_an_exit_code_and_the_worst_one_counts() -> None:
    assert {result.name: result.exit_code for result in FixResult} == {
        "NOTHING_TO_FIX": 0, "PLANNED": 0, "VERIFIED": 0, "UNDONE": 0, "LEFT": 1, "NO_CONSENT": 2, "NO_DIAGNOSIS": 3,
        "ROLLED_BACK": 4, "INCOMPLETE": 5,
    }  # fmt: skip
    assert worst(FixResult.LEFT, FixResult.VERIFIED, FixResult.NO_CONSENT) is FixResult.NO_CONSENT
