"""What changed between two snapshots: the facts first, then what is found."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from stigmer_doctor.model.differences import Diff, DiffSide, FactChange, FindingChange, Turn
from stigmer_doctor.model.findings import Severity, Status
from stigmer_doctor.render.clean import shorten
from stigmer_doctor.render.escape import code, prose
from stigmer_doctor.render.page import Page
from stigmer_doctor.render.renderer import Display

_ABSENT = "not there"
_SIGNS = {Turn.NEW: "+", Turn.GONE: "-"}
_STYLES = {Status.PASS: "bold green", Status.WARN: "bold magenta", Status.FAIL: "bold red"}
_MEANING = {Severity.ERROR: "", Severity.WARNING: "warning: ", Severity.INFO: "info: "}
_NAME = 120


def text(diff: Diff, display: Display) -> str:
    """For a terminal."""
    page = Page(display)
    word = "SAME" if diff.nothing else "CHANGED"
    style = "bold" if diff.before.status is diff.after.status else _STYLES.get(diff.after.status, "bold")
    page.paragraph(_headline(diff), first=f"{word}  ", style=style, rest_indent=len(word) + 2)
    page.field("before", _side(diff.before), indent=0)
    page.field("after", _side(diff.after), indent=0)
    for note in _notes(diff):
        page.paragraph(note)
    if diff.facts:
        page.heading("What is different, the most telling first")
        for number, change in enumerate(diff.facts, start=1):
            first = f"{number}. "
            page.paragraph(change.what, first=first, style="bold", rest_indent=len(first))
            page.field("was", _value(change.before), indent=len(first))
            page.field("is", _value(change.after), indent=len(first))
    if diff.findings:
        page.heading("What is found")
        for finding in diff.findings:
            page.paragraph(_finding(finding), first=f"{_SIGNS[finding.turn]} {finding.code}  ", rest_indent=9)
    return page.text()


def markdown(diff: Diff, _: Display) -> str:
    """The same for a GitHub issue."""
    word = "SAME" if diff.nothing else "CHANGED"
    lines = [f"**{word}: {prose(_headline(diff))}**", ""]
    lines += [f"- before: {prose(_side(diff.before))}", f"- after: {prose(_side(diff.after))}"]
    lines += [f"- {prose(note)}" for note in _notes(diff)]
    if diff.facts:
        lines += ["", "| | what is different | was | is |", "|---|---|---|---|"]
        lines += [_row(number, change) for number, change in enumerate(diff.facts, start=1)]
    if diff.findings:
        lines += ["", "| | code | what is found |", "|---|---|---|"]
        lines += [f"| {found.turn.value} | {prose(found.code)} | {prose(_finding(found))} |" for found in diff.findings]
    return "\n".join((*lines, ""))


def json(diff: Diff, _: Display) -> str:
    """The same for a program: the document itself."""
    return msgspec.json.format(msgspec.json.encode(diff, order="deterministic"), indent=2).decode() + "\n"


def _headline(diff: Diff) -> str:
    if diff.nothing:
        return "Nothing that was measured is different."
    if not diff.facts:
        return "What was measured is the same; what is found is not."
    change = diff.facts[0]
    return f"{change.what}: was {_value(change.before)}, is {_value(change.after)}"


def _side(side: DiffSide) -> str:
    whose = f"{side.container} ({side.image})" if side.image else side.container or "no container"
    return f"{side.status.value.upper()}, {shorten(side.name, _NAME)}, {side.collected_at}, {whose}"


def _notes(diff: Diff) -> Iterator[str]:
    """What makes the two hard to compare, and what is not shown."""
    if diff.before.container != diff.after.container:
        yield "These are two containers of different names."
    if diff.before.passive != diff.after.passive:
        yield "One of them was taken with --passive: less was measured."
    if diff.before.tool_version != diff.after.tool_version:
        yield f"They were taken with stigmer-doctor {diff.before.tool_version} and {diff.after.tool_version}."
    if diff.left_out:
        yield f"{diff.left_out} further differences are not shown."


def _row(number: int, change: FactChange) -> str:
    cells = (str(number), prose(change.what), _cell(change.before), _cell(change.after))
    return f"| {' | '.join(cells)} |"


def _cell(value: str | None) -> str:
    return _ABSENT if value is None else code(value) if value else ""


def _value(value: str | None) -> str:
    return _ABSENT if value is None else value


def _finding(finding: FindingChange) -> str:
    gone = "" if finding.turn is Turn.NEW else "no longer: "
    cause = "root cause: " if finding.root_cause else _MEANING[finding.severity]
    return f"{gone}{cause}{finding.message}"
