"""`fix` and `undo` on the command line: what a dry run leaves alone, and which fix is undone."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from stigmer_doctor.cli import composition, main
from stigmer_doctor.fix.result import FixResult
from stigmer_doctor.model.fixes import FixStep, Journal, Plan


@dataclass
class FakeFixer:
    """Remembers what was asked of it; `left` are interrupted fixes."""

    left: list[Journal] = field(default_factory=list)
    done: list[Journal] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def unreadable(self) -> list[str]:
        return []

    def interrupted(self) -> list[Journal]:
        return self.left

    def recover(self, journal: Journal) -> FixResult:
        self.asked.append(f"recover {journal.name}")
        return FixResult.VERIFIED

    def fixes(self) -> list[Journal]:
        return self.done

    def undo(self, journal: Journal) -> FixResult:
        self.asked.append(f"undo {journal.id}")
        return FixResult.UNDONE

    def clean_up(self) -> None:
        self.asked.append("clean up")

    def fix(self, options: object) -> FixResult:
        del options
        self.asked.append("fix")
        return FixResult.VERIFIED


@pytest.fixture
def fixer(monkeypatch: pytest.MonkeyPatch) -> FakeFixer:
    found = FakeFixer()

    @contextlib.contextmanager
    def fixing(*_: object) -> Iterator[FakeFixer]:
        yield found

    monkeypatch.setattr(composition, "fixing", fixing)
    return found


def interrupted() -> Journal:
    plan = Plan(container="runner", container_id="a" * 64)
    return Journal(id="1", at="2026-01-22T03:27:23Z", engine="unix:///x", name="runner", plan=plan, begun=FixStep.STOP)


def test_a_fix_cleans_up_what_is_over_first(fixer: FakeFixer) -> None:
    assert main.main(["fix", "--yes"]) == 0
    assert fixer.asked == ["clean up", "fix"]


def test_a_dry_run_cleans_up_nothing(fixer: FakeFixer) -> None:
    assert main.main(["fix", "--dry-run", "--yes"]) == 0
    assert fixer.asked == ["fix"]


def test_a_dry_run_recovers_nothing_and_says_so(fixer: FakeFixer, capsys: pytest.CaptureFixture[str]) -> None:
    fixer.left.append(interrupted())
    assert main.main(["fix", "--dry-run", "--yes"]) == 1
    assert fixer.asked == []
    assert "with --dry-run nothing is changed" in capsys.readouterr().err


def finished(identifier: str, name: str, old_id: str = "", new_id: str = "") -> Journal:
    plan = Plan(container=name, container_id=old_id)
    return Journal(
        id=identifier, at="2026-01-22T03:27:23Z", engine="", name=name, plan=plan, old_id=old_id, new_id=new_id
    )


@pytest.mark.parametrize(
    ("words", "environ", "undone"),
    [
        ((), {}, ["undo files"]),
        (("b",), {}, ["undo b"]),
        (("--container", "two"), {}, ["undo b"]),
        (("--container", "222"), {}, ["undo b"]),
        (("--container", "999"), {}, ["undo b"]),
        (("--container", "three"), {}, []),
        ((), {"STIGMER_DOCTOR_CONTAINER": "two"}, ["undo files"]),
        ((), {"STIGMER_DOCTOR_CONTAINER": "three"}, ["undo files"]),
    ],
)
def test_the_fix_of_another_container_is_never_undone(
    words: tuple[str, ...], environ: dict[str, str], undone: list[str], fixer: FakeFixer
) -> None:
    """The newest is one of files."""
    fixer.done = [finished("files", "/srv/tree"), finished("a", "one", "111"), finished("b", "two", "222", "999")]
    assert main.main(["undo", "--yes", *words], environ) == (0 if undone else 1)
    assert fixer.asked == undone
