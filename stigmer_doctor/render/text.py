"""The report for a terminal: the verdict, the links, causes, what to do, and the verdict again with a command.

Symbols and words carry the meaning; colour only supports them, with the terminal's own red, magenta and green, which
can be read on a light and on a dark background.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from stigmer_doctor.model.findings import CheckStatus, Finding, Severity, Status
from stigmer_doctor.render import environment, links, outline, remediation_steps, tree
from stigmer_doctor.render.causes import Cause, causes
from stigmer_doctor.render.clean import shorten
from stigmer_doctor.render.page import Page
from stigmer_doctor.render.renderer import Display, Report
from stigmer_doctor.rules.codes import about_source
from stigmer_doctor.rules.wording import listed

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold magenta", Severity.INFO: "bold"}
_VERDICTS = {Status.PASS: "bold green", Status.WARN: "bold magenta", Status.FAIL: "bold red"}
_TITLES = {Severity.ERROR: "Root causes", Severity.WARNING: "Warnings", Severity.INFO: "Worth knowing"}
_SHORTEST, _ALL = 40, 1_000_000


def render(report: Report, display: Display) -> str:
    """The report; only commands may be wider than the page, since they run as printed."""
    page = Page(display)
    _Writer(page, report, display.verbose).write()
    return page.text()


class _Writer:
    def __init__(self, page: Page, report: Report, verbose: bool) -> None:
        self._page, self._verbose = page, verbose
        self._diagnosis, self._facts = report
        self._fix = remediation_steps.fix(*report)

    def write(self) -> None:
        self._verdict()
        self._links()
        found = causes(self._diagnosis, self._facts)
        self._causes(Severity.ERROR, found)
        self._causes(Severity.WARNING, found)
        self._doctors_fix()
        self._by_hand()
        self._causes(Severity.INFO, found)
        self._left_out()
        self._unchecked()
        if self._verbose:
            self._checks()
        self._closing(found)

    def _verdict(self) -> None:
        word = self._diagnosis.status.value.upper()
        self._page.paragraph(
            outline.verdict(self._diagnosis, self._facts),
            first=f"{word}  ",
            style=self._style,
            rest_indent=len(word) + 2 if self._page.wide else 2,
        )
        self._page.paragraph(" · ".join(environment.parts(self._diagnosis, self._facts)))

    @property
    def _style(self) -> str:
        return _VERDICTS.get(self._diagnosis.status, "bold")

    def _links(self) -> None:
        rows = links.rows(self._diagnosis, self._facts)
        if rows:
            self._page.blank()
            tree.draw(self._page, self._diagnosis.target.container, rows, verbose=self._verbose)

    # ---- causes ------------------------------------------------------------------------------------------------------

    def _causes(self, severity: Severity, found: Iterable[Cause]) -> None:
        of_it = [other for other in found if other.severity is severity]
        if not of_it:
            return
        self._page.heading(_TITLES[severity])
        for index, cause in enumerate(of_it):
            if index:
                self._page.blank()
            self._cause(cause)
            self._consequences(cause)

    def _cause(self, cause: Cause) -> None:
        finding = cause.finding
        severity = finding.severity or Severity.INFO
        first = f"{self._page.mark(severity)} {finding.code} {finding.name}  "
        self._page.paragraph(cause.message, first=first, style=_STYLES[severity], rest_indent=2)
        if about_source(finding.code):
            self._page.field("at", finding.subject)
        for branch in cause.branches if self._verbose else cause.branches[:1]:
            self._page.field("measured", self._within(branch.finding.measured))
            self._page.field("expected", branch.finding.expected)
        self._page.field("to do", cause.advice)
        for branch in cause.branches if self._verbose else ():
            for evidence in branch.finding.evidence:
                self._page.field("seen", f"{evidence.source}, {evidence.locator}: {evidence.value}")
        self._own_commands(cause)

    def _own_commands(self, cause: Cause) -> None:
        """Nothing but an empty line follows a command, so that nothing is copied with it."""
        shown = [branch.finding for branch in cause.branches if not branch.finding.root_cause]
        commands = [command for finding in shown for command in remediation_steps.of(finding, self._facts)]
        for command in commands:
            self._page.command(command, indent=12)
        if commands and cause.consequences:
            self._page.blank()

    def _consequences(self, cause: Cause) -> None:
        shown = self._told_once(cause)
        for index, (consequence, text) in enumerate(shown):
            joint = self._page.joint(last=index == len(shown) - 1)
            indent = 12 if self._page.wide else 5
            self._page.paragraph(text, first=f"  {joint} {consequence.code}  ", rest_indent=indent)
            if self._verbose:
                self._page.field("measured", consequence.measured, indent=12)

    def _told_once(self, cause: Cause) -> list[tuple[Finding, str]]:
        """The consequences, those that look the same on one line once, with their number."""
        told: dict[tuple[str, str], list[Finding]] = {}
        for consequence in cause.consequences:
            also = [code for code in consequence.caused_by if code != cause.finding.code]
            tail = f" (also from {listed(also)})" if also else ""
            text = shorten(consequence.message, max(self._room - len(tail), _SHORTEST)) + tail
            told.setdefault((consequence.code, text), []).append(consequence)
        return [(same[0], self._times(len(same), text)) for (_, text), same in told.items()]

    def _times(self, number: int, text: str) -> str:
        return text if number == 1 else shorten(f"{number} times: {text}", max(self._room, _SHORTEST))

    @property
    def _room(self) -> int:
        """What one line holds behind a label; as much as there is when everything is asked for."""
        return _ALL if self._verbose else self._page.width - 11 - self._page.ellipsis

    def _within(self, text: str) -> str:
        """Shortened to what about three lines hold, behind a whole part where it has parts."""
        room = max(3 * self._room, _SHORTEST)
        if len(text) <= room:
            return text
        parts = text[:room].rpartition("; ")
        return f"{parts[0]}; …" if len(parts[0]) > room // 3 else shorten(text, room)

    # ---- what to do --------------------------------------------------------------------------------------------------

    def _doctors_fix(self) -> None:
        if self._fix:
            self._page.heading("Fix it")
            self._page.paragraph(remediation_steps.promise(self._diagnosis, self._facts), first="   ", rest_indent=3)
            self._page.command(self._fix, indent=3)

    def _by_hand(self) -> None:
        steps = remediation_steps.commands(self._diagnosis, self._facts)
        if not steps:
            return
        self._page.heading("By hand" if self._fix else "What to do")
        for number, step in enumerate(steps, start=1):
            if number > 1:
                self._page.blank()
            self._page.paragraph(step.title, first=f"{number}. ", rest_indent=3)
            for note in step.notes:
                self._page.paragraph(note, first="   ", rest_indent=3)
            for line in (*step.lines, *step.commands):
                self._page.command(line, indent=3)

    # ---- the rest ----------------------------------------------------------------------------------------------------

    def _left_out(self) -> None:
        if self._diagnosis.left_out:
            self._page.blank()
        for line in self._diagnosis.left_out:
            self._page.paragraph(line, first="Not measured as a whole: ", rest_indent=2)

    def _unchecked(self) -> None:
        skipped = outline.unchecked(self._diagnosis)
        if skipped and self._verbose:
            self._page.heading("Not checked")
            for reason in skipped:
                self._page.paragraph(
                    f"{reason.reason} ({outline.runs(reason.codes, self._diagnosis)})",
                    first=f"{outline.counted(len(reason.codes), 'check')}: ",
                    rest_indent=2,
                )
        elif skipped:
            self._page.blank()
            reasons = "; ".join(f"{reason.reason} ({len(reason.codes)})" for reason in skipped)
            self._page.paragraph(shorten(f"Not checked: {reasons}", self._page.width - 2))
        for reason in outline.unchecked(self._diagnosis, CheckStatus.CRASH):
            self._page.paragraph(
                f"{', '.join(reason.codes)}: {reason.reason}", first="Failed itself, please report it: ", rest_indent=2
            )

    def _checks(self) -> None:
        self._page.heading("Every check")
        self._page.table(
            ("code", "name", "result", "ms", "why"),
            [
                (check.code, check.name, check.status.value, f"{check.duration_ms:.1f}", check.reason)
                for check in self._diagnosis.checks
            ],
        )

    def _closing(self, found: Sequence[Cause]) -> None:
        self._page.blank()
        self._page.paragraph(outline.closing(self._diagnosis))
        word = f"{self._diagnosis.status.value.upper()}  "
        worst = min((cause.severity for cause in found), key=list(Severity).index, default=Severity.INFO)
        codes = dict.fromkeys(cause.finding.code for cause in found if cause.severity is worst is not Severity.INFO)
        command = remediation_steps.following(self._diagnosis, self._facts)
        ready = self._diagnosis.pre and self._diagnosis.status is Status.PASS
        said = f"{listed(codes)}. Next: " if codes else f"{'Start it. ' if ready else ''}Next: "
        if not command:
            self._page.paragraph("Nothing to do.", first=word, style=self._style)
        else:
            self._page.ending(((word, self._style), (said, "")), command)
