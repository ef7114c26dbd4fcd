"""`fix` on the command line: what a dry run leaves alone."""

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
    asked: list[str] = field(default_factory=list)

    def unreadable(self) -> list[str]:
        return []

    def interrupted(self) -> list[Journal]:
        return self.left

    def recover(self, journal: Journal) -> FixResult:
        self.asked.append(f"recover {journal.name}")
        return FixResult.VERIFIED

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
