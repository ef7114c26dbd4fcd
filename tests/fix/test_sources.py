"""`fix` of the files of a source tree: what it writes, says and leaves."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from msgspec.structs import replace

from stigmer_doctor import profile
from stigmer_doctor.fix.context import FixContext, FixOptions
from stigmer_doctor.fix.result import FixResult
from stigmer_doctor.fix.run import Fixer
from stigmer_doctor.fix.sources import concerned
from stigmer_doctor.judge import judge
from stigmer_doctor.model.edits import Edit
from stigmer_doctor.model.errors import EngineError
from stigmer_doctor.model.facts import EngineFault
from stigmer_doctor.model.findings import Finding, Remediation, Severity
from stigmer_doctor.model.fixes import Plan
from stigmer_doctor.rules.files import UNSAFE, remediation
from stigmer_doctor.source.text import SourceText
from tests import fakes
from tests.fix.world import NoCompose, Store
from tests.healthy import healthy
from tests.rules.compose.files import WHOLE
from tests.rules.sources import CODE
from tests.source.judged import FILE

WRONG, RIGHT = (f"{WHOLE}      {name}: /workspace\n".encode() for name in ("WORKSPACE_ROOT", "SANDBOX_ROOT_DIR"))
TREE, HOME = "/tree", "~/compose.yaml"


@dataclass
class Files:
    """The files of the tree, by their whole paths."""

    files: dict[str, bytes]

    def read(self, path: str) -> bytes:
        return self.files[path.removeprefix(f"{TREE}/")]

    def write(self, path: str, data: bytes) -> None:
        assert path.startswith((f"{TREE}/", HOME))
        self.files[path.removeprefix(f"{TREE}/")] = data


class Case:
    """A tree, and the doctor at work on it: without an engine, or with one that cannot be reached."""

    def __init__(self, compose: bytes, *, engine: bool = False, name: str = FILE) -> None:
        self.said, self.shown, self.store = list[str](), list[Plan](), Store()
        lost = EngineError(EngineFault.UNREACHABLE, "the engine is gone")
        ports = fakes.ports(fakes.FakeSource(fault=lost), files={name: compose, "runner/worker/config.py": CODE})
        assert isinstance(ports.source, fakes.FakeFiles)
        self.files = ports.source.files
        self.fixer = Fixer(
            FixContext(
                collect_options=fakes.collect_options(
                    source=TREE, engine=engine, compose=() if name == FILE else (name,)
                ),
                ports=ports,
                state=self.store,
                files=Files(self.files),
                compose=NoCompose(),
                uncommitted=lambda _: False,
                say=self.said.append,
                show=self.shown.append,
            )
        )

    def fix(self) -> FixResult:
        return self.fixer.fix(FixOptions(consent=lambda _: True))


def test_a_file_of_the_tree_is_written_and_put_back() -> None:
    case = Case(WRONG)
    assert case.fix() is FixResult.VERIFIED
    assert case.files[FILE] == RIGHT
    assert case.said == [f"Fixed and verified: {TREE}/{FILE}. `stigmer-doctor undo` puts it back."]
    (journal,) = case.fixer.fixes()
    assert case.fixer.undo(journal) is FixResult.UNDONE
    assert case.files[FILE] == WRONG


def test_files_that_could_not_be_judged_are_not_taken_for_right(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr("stigmer_doctor.collect.compose.compose_files", broken)
    case = Case(RIGHT, name=HOME)
    assert case.fix() is FixResult.NO_DIAGNOSIS
    assert case.said == [f"Cannot diagnose {HOME}: an answer made no sense (ValueError)."]


EDIT = Edit(span=SourceText(FILE, b"one", most_bytes=9).span(0, 3), text="two")


@pytest.mark.parametrize(
    ("severity", "advice", "is_one"),
    [
        (Severity.ERROR, Remediation(text=""), True),
        (Severity.WARNING, remediation("", [EDIT]), True),
        (Severity.WARNING, remediation("", [EDIT], UNSAFE), False),
        (Severity.WARNING, remediation("", []), False),
        (Severity.WARNING, Remediation(text=""), False),
        (Severity.WARNING, Remediation(text="", edits=(EDIT,)), False),
        (Severity.INFO, remediation("", [EDIT]), False),
    ],
)
def test_errors_and_what_is_fixed_safely_concern_a_fix_of_files(
    severity: Severity, advice: Remediation, *, is_one: bool
) -> None:
    def found(*codes: str, select: tuple[str, ...] = ()) -> list[str]:
        diagnosis = replace(
            judge(healthy(), [], profile.load()),
            findings=tuple(
                Finding(
                    subject="", message="", measured="", expected="", remediation=advice, code=code, severity=severity
                )
                for code in codes
            ),
        )
        return [finding.code for finding in concerned(diagnosis, select)]

    assert found("SD801", "SD201") == ["SD801"] * is_one
    assert found("SD801", "SD802", select=("SD802", "SD9")) == ["SD802"] * is_one


def test_where_nothing_is_wrong_nothing_is_written() -> None:
    for case in (Case(RIGHT), Case(RIGHT, name=HOME)):
        assert case.fix() is FixResult.NOTHING_TO_FIX
        assert case.said == ["Nothing to fix: no fault was found in the source files."]


def test_files_that_are_to_be_fixed_need_no_engine() -> None:
    case = Case(WRONG, engine=True)
    assert case.fix() is FixResult.VERIFIED
    assert case.said[0].startswith("Cannot diagnose: ")
    assert Case(RIGHT, engine=True).fix() is FixResult.NO_DIAGNOSIS


def test_a_file_that_was_named_need_not_be_in_the_tree() -> None:
    case = Case(WRONG, name=HOME)
    assert case.fix() is FixResult.VERIFIED
    assert case.files[HOME] == RIGHT
    assert case.said[-1].startswith(f"Fixed and verified: {HOME}.")


def test_of_files_whose_time_is_over_only_the_journal_is_cleaned_up() -> None:
    case = Case(WRONG)
    case.fix()
    (journal,) = case.fixer.fixes()
    journal.keep_until = "2000-01-01T00:00:00Z"
    case.fixer.clean_up()
    assert (case.store.kept, case.files[FILE]) == ({}, RIGHT)


def test_only_a_change_that_is_there_can_be_unsafe() -> None:
    merged = (
        "x-all: &all\n  network_mode: host\nservices:\n  agent-runner:\n    <<: *all\n    image: stigmer-agent-runner\n"
    )
    case = Case(merged.encode())
    assert case.fix() is FixResult.LEFT
    (left,) = case.shown[0].manual
    assert "comes through a merge key" in left.what
    assert "--unsafe" not in left.what
