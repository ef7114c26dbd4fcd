"""Which findings came, and which went: causes before what follows from them, and no fault twice."""

from __future__ import annotations

from msgspec.structs import replace

from stigmer_doctor.analysis.finding_changes import finding_changes
from stigmer_doctor.model.differences import FindingChange, Turn
from stigmer_doctor.model.findings import Finding, Remediation, Severity
from tests.healthy import healthy
from tests.rules.vary import diagnose


def finding(code: str, subject: str = "", **more: object) -> Finding:
    made = Finding(
        subject=subject, message=f"{code} it is", measured="", expected="", remediation=Remediation(text=""), code=code
    )
    return replace(made, **more)


def changes(before: tuple[Finding, ...], after: tuple[Finding, ...]) -> list[FindingChange]:
    was, now = (replace(diagnose(healthy()), findings=found) for found in (before, after))
    return [*finding_changes(was, now)]


def test_new_causes_come_first_then_what_else_is_new_then_what_is_gone() -> None:
    bad = Severity.ERROR
    cause, other, kept = finding("SD201", severity=bad), finding("SD502", caused_by=("SD201",)), finding("SD301")
    found = changes((finding("SD9", caused_by=("SD8",)), finding("SD8", severity=bad), kept), (other, kept, cause))
    assert [(change.turn, change.code, change.root_cause) for change in found] == [
        (Turn.NEW, "SD201", True),
        (Turn.NEW, "SD502", False),
        (Turn.GONE, "SD8", True),
        (Turn.GONE, "SD9", False),
    ]


def test_the_same_fault_of_the_same_service_is_no_change() -> None:
    one, same, other = (
        finding("SD602", subject, endpoints=(name,)) for subject, name in (("a", "llm"), ("b", "llm"), ("a", "backend"))
    )
    assert changes((one,), (same,)) == []
    assert len(changes((one,), (other,))) == 2
    assert changes((finding("SD305", "<hidden 1>"),), (finding("SD305", "<hidden 2>"),)) == []
    assert len(changes((finding("SD305", "A"),), (finding("SD305", "B"),))) == 2


def test_a_change_says_how_bad_it_is_and_not_too_much() -> None:
    (bad, plain) = changes((), (finding("SD1"), finding("SD2", severity=Severity.ERROR, message="x" * 400, name="n")))
    assert plain.severity is Severity.INFO
    assert (bad.severity, bad.message, bad.name) == (Severity.ERROR, "x" * 300, "n")
