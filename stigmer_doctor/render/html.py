"""The report as one page of HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from stigmer_doctor.model.facts import Facts, Logs
from stigmer_doctor.model.findings import Diagnosis, Severity, Status
from stigmer_doctor.render import details, environment, links, outline, remediation_steps, svg
from stigmer_doctor.render.causes import Cause, causes
from stigmer_doctor.render.clean import one_line
from stigmer_doctor.render.details import DetailLine, Mark
from stigmer_doctor.render.html_page import document
from stigmer_doctor.render.html_page import text as _text
from stigmer_doctor.render.renderer import Display, Report
from stigmer_doctor.render.step import ReportStep

_TITLES = {Severity.ERROR: "Root causes", Severity.WARNING: "Warnings"}
_CLASSES = {Status.PASS: "pass", Status.WARN: "warn", Status.FAIL: "fail", Status.INCONCLUSIVE: "warn"}
_ELEMENTS = {Mark.PROSE: "{}", Mark.VALUE: "<code>{}</code>", Mark.CODE: "<strong>{}</strong>"}


def render(report: Report, _: Display) -> str:
    """In the same order as the other reports for people: what matters is seen at once, the rest is folded."""
    diagnosis, facts = report
    word = diagnosis.status.value.upper()
    verdict = _text(outline.verdict(diagnosis, facts))
    body = (
        f'<h1><span class="{_CLASSES[diagnosis.status]}">{word}</span> {verdict}</h1>',
        f'<p class="about">{_text(" · ".join(environment.parts(diagnosis, facts)))}</p>',
        *_picture(diagnosis, facts),
        *_sections(report),
    )
    return document(f"{word}: {diagnosis.target.container or 'source files'}", body)


def _picture(diagnosis: Diagnosis, facts: Facts) -> Iterator[str]:
    """Twice, as no picture suits both a desk and a telephone; the style sheet shows one of them."""
    rows = links.rows(diagnosis, facts)
    if rows:
        container = diagnosis.target.container
        yield f"<figure>\n{svg.wide(container, rows)}\n{svg.narrow(container, rows)}\n</figure>"


def _sections(report: Report) -> Iterator[str]:
    diagnosis, facts = report
    found = causes(diagnosis, facts)
    fix = remediation_steps.fix(diagnosis, facts)
    for severity, title in _TITLES.items():
        yield from _causes(title, [cause for cause in found if cause.severity is severity])
    if fix:
        yield f"<h2>Fix it</h2>\n<p>{_text(remediation_steps.promise(diagnosis, facts))}</p>\n{_command(fix)}"
    steps = remediation_steps.commands(diagnosis, facts)
    if steps:
        yield _folded("By hand" if fix else "What to do", _steps(steps), open_=not fix)
    yield from _list("Worth knowing", details.worth_knowing(found))
    yield from _list("Consequences and evidence", details.evidence(report, found))
    yield from _list(outline.counts(diagnosis), details.checks(diagnosis))
    yield from _list("Environment and log", details.environment(diagnosis, facts), _log(facts))


def _causes(title: str, found: Sequence[Cause]) -> Iterator[str]:
    if found:
        yield f"<h2>{title}</h2>"
        yield from map(_cause, found)


def _cause(cause: Cause) -> str:
    kind = cause.severity.value
    explains = f"<dt>Explains</dt><dd>{_text(', '.join(cause.explained))}</dd>" if cause.explained else ""
    return (
        f'<section class="cause {kind}">\n<h3>{_text(f"{cause.finding.code} {cause.finding.name}")}</h3>\n'
        f"<p>{_inline(details.message(cause))}</p>\n"
        f"<dl><dt>What to do</dt><dd>{_text(cause.advice)}</dd>{explains}</dl>\n</section>"
    )


def _steps(steps: Iterable[ReportStep]) -> str:
    return "\n".join(("<ol>", *map(_step, steps), "</ol>"))


def _step(step: ReportStep) -> str:
    lines = _block("\n".join(map(one_line, step.lines))) if step.lines else ""
    notes = "".join(f"<p>{_text(note)}</p>" for note in step.notes)
    return f"<li><p>{_text(step.title)}</p>{lines}{''.join(map(_command, step.commands))}{notes}</li>"


def _list(title: str, lines: Iterable[DetailLine], more: str = "") -> Iterator[str]:
    items = "\n".join(map(_item, lines))
    if items:
        yield _folded(title, f"<ul>\n{items}\n</ul>{more}")


def _item(line: DetailLine) -> str:
    below = ' class="below"' if line.below else ""
    return f"<li{below}>{_inline(line)}</li>"


def _log(facts: Facts) -> str:
    if not isinstance(facts.logs, Logs) or not facts.logs.lines:
        return ""
    lines = "\n".join(map(one_line, facts.logs.lines))
    return f"\n<p>Log: {outline.counted(len(facts.logs.lines), 'line')}</p>\n{_block(lines)}"


def _folded(title: str, body: str, *, open_: bool = False) -> str:
    return f"<details{' open' if open_ else ''}>\n<summary>{_text(title)}</summary>\n{body}\n</details>"


def _command(text: str) -> str:
    return _block(text, "command")


def _block(text: str, kind: str = "lines") -> str:
    """Lines as they are. Whoever has no mouse scrolls them with the keyboard."""
    lines = "\n".join(map(_text, text.split("\n")))
    return f'<pre class="{kind}" tabindex="0"><code>{lines}</code></pre>'


def _inline(line: DetailLine) -> str:
    return "".join(_ELEMENTS[mark].format(_text(text)) for mark, text in line.pieces if text)
