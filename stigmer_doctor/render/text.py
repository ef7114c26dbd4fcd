"""The report for a terminal: the verdict first, then what to do about it, then the rest.

Symbols and words carry the meaning; colour only supports them, with the terminal's own red, magenta and green, which
can be read on a light and on a dark background.
"""

from __future__ import annotations

from collections.abc import Iterable

from stigmer_doctor.model.facts import Container, Engine, Facts, NotMeasured
from stigmer_doctor.model.findings import CheckStatus, Diagnosis, Finding, Severity, Status
from stigmer_doctor.render import links, outline, remediation_steps
from stigmer_doctor.render.page import Page
from stigmer_doctor.render.renderer import Display, Report
from stigmer_doctor.rules.codes import about_source

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold magenta", Severity.INFO: "bold"}
_VERDICTS = {Status.PASS: "bold green", Status.WARN: "bold magenta", Status.FAIL: "bold red"}
_TITLES = {Severity.ERROR: "Root causes", Severity.WARNING: "Warnings", Severity.INFO: "Worth knowing"}


def render(report: Report, display: Display) -> str:
    """The report; only commands may be wider than the page, since they run as printed."""
    page = Page(display)
    _Writer(page, report, display.verbose).write()
    return page.text()


class _Writer:
    def __init__(self, page: Page, report: Report, verbose: bool) -> None:
        self._page, self._verbose = page, verbose
        self._diagnosis, self._facts = report

    def write(self) -> None:
        self._verdict()
        branches = outline.branches(self._diagnosis)
        self._findings(Severity.ERROR, branches)
        self._treatment()
        self._findings(Severity.WARNING, branches)
        self._findings(Severity.INFO, branches)
        self._links()
        self._unchecked()
        if self._verbose:
            self._checks()
        self._closing()

    def _verdict(self) -> None:
        status = self._diagnosis.status
        word = status.value.upper()
        self._page.paragraph(
            outline.verdict(self._diagnosis, self._facts),
            first=f"{word}  ",
            style=_VERDICTS.get(status, "bold"),
            rest_indent=len(word) + 2,
        )
        self._page.paragraph(_target(self._diagnosis, self._facts))

    # ---- findings ----------------------------------------------------------------------------------------------------

    def _findings(self, severity: Severity, branches: Iterable[outline.Branch]) -> None:
        of_it = [other for other in branches if other.severity is severity]
        if not of_it:
            return
        self._page.heading(_TITLES[severity])
        for index, branch in enumerate(of_it):
            if index:
                self._page.blank()
            self._finding(branch.finding)
            self._consequences(branch)

    def _finding(self, finding: Finding) -> None:
        severity = finding.severity or Severity.INFO
        mark = self._page.mark(severity)
        name = f"{finding.code} {finding.name}"
        self._page.paragraph(finding.message, first=f"{mark} {name}  ", style=_STYLES[severity], rest_indent=2)
        if about_source(finding.code):
            self._page.field("at", finding.subject)
        self._page.field("measured", finding.measured)
        self._page.field("expected", finding.expected)
        self._page.field("to do", finding.remediation.text)
        if not finding.root_cause:
            for command in remediation_steps.of(finding, self._facts):
                self._page.command(command, indent=12)
        if self._verbose:
            for evidence in finding.evidence:
                self._page.field("seen", f"{evidence.source}, {evidence.locator}: {evidence.value}")

    def _consequences(self, branch: outline.Branch) -> None:
        for index, consequence in enumerate(branch.consequences):
            joint = self._page.joint(last=index == len(branch.consequences) - 1)
            also = [code for code in consequence.caused_by if code != branch.finding.code]
            tail = f" (also from {outline.listed(also)})" if also else ""
            self._page.paragraph(consequence.message + tail, first=f"  {joint} {consequence.code}  ", rest_indent=12)
            if self._verbose:
                self._page.field("measured", consequence.measured, indent=12)

    # ---- what to do --------------------------------------------------------------------------------------------------

    def _treatment(self) -> None:
        steps = remediation_steps.commands(self._diagnosis, self._facts)
        if not steps:
            return
        self._page.heading("What to do")
        for number, step in enumerate(steps, start=1):
            if number > 1:
                self._page.blank()
            self._page.paragraph(step.title, first=f"{number}. ", rest_indent=3)
            for line in step.lines:
                self._page.command(line, indent=3)
            for command in step.commands:
                self._page.command(command, indent=3)
            for note in step.notes:
                self._page.paragraph(note, first="   ", rest_indent=3)

    # ---- the rest ----------------------------------------------------------------------------------------------------

    def _links(self) -> None:
        rows = links.rows(self._diagnosis, self._facts)
        if not rows:
            return
        cells = [("Links", "from container", "on this machine", "answer")]
        cells += [(other.title, other.inside, other.here, other.answer) for other in rows]
        widths = [max(len(row[column]) for row in cells) + 2 for column in range(3)]
        lines = ["".join(map(str.ljust, row, widths)) for row in cells]
        self._page.heading(lines[0] + cells[0][3])
        for line, row, link in zip(lines[1:], cells[1:], rows, strict=True):
            self._page.paragraph(row[3], first=line, rest_indent=len(line))
            self._page.paragraph(f"{link.address} ({link.origin})", first="  ", rest_indent=2)

    def _unchecked(self) -> None:
        skipped = outline.unchecked(self._diagnosis)
        if skipped:
            self._page.heading("Not checked")
            for reason in skipped:
                self._page.paragraph(
                    f"{reason.reason} ({outline.runs(reason.codes, self._diagnosis)})",
                    first=f"{outline.counted(len(reason.codes), 'check')}: ",
                    rest_indent=2,
                )
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

    def _closing(self) -> None:
        self._page.blank()
        self._page.paragraph(outline.closing(self._diagnosis))


def _target(diagnosis: Diagnosis, facts: Facts) -> str:
    target, container = diagnosis.target, facts.container
    state = f", {container.state.status}" if isinstance(container, Container) else ""
    network = f", network {container.network_mode}" if isinstance(container, Container) else ""
    engine = (
        f", {facts.engine.operating_system} engine {facts.engine.version}" if isinstance(facts.engine, Engine) else ""
    )
    image = f" ({target.image})" if target.image else ""
    seen = f"; seen {diagnosis.generated_at}; fingerprint {diagnosis.fingerprint}"
    if not target.container:
        looked = isinstance(facts.compose, NotMeasured)
        return f"{'No container' if looked else 'Source files only'}{seen}"
    return f"{target.container}{image}{state}{network}{engine}{seen}"
