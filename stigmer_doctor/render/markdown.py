"""The report as Markdown for a GitHub issue: at most 65,000 characters, and nothing in the data becomes markup.

What a reader has to see comes first and is short: the verdict, what was looked at, a picture of the links, causes with
what to do. Everything else is folded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from stigmer_doctor.lean_objects import compiled_later
from stigmer_doctor.model.facts import Facts, Logs, NotMeasured
from stigmer_doctor.model.findings import Diagnosis, Severity
from stigmer_doctor.render import details, environment, links, mermaid, outline, remediation_steps
from stigmer_doctor.render.causes import Cause, causes
from stigmer_doctor.render.clean import one_line, shorten
from stigmer_doctor.render.details import DetailLine, Mark
from stigmer_doctor.render.escape import block, code, fence_length, prose
from stigmer_doctor.render.links import LinkPart, Row
from stigmer_doctor.render.renderer import Display, Report
from stigmer_doctor.render.step import ReportStep

LONGEST = 65_000
_CELL = 300
_LOG_LINE = 2_000
# What each section may take, so that what matters most always has its place; the logs get what is left.
_CAUSES, _STEPS, _WORTH_KNOWING, _EVIDENCE, _CHECKS, _ENVIRONMENT = 12_000, 9_000, 4_000, 16_000, 5_000, 9_000
_MOST_LINKS = 12
_WRITTEN: Mapping[Mark, Callable[[str], str]] = {
    Mark.PROSE: prose,
    Mark.VALUE: code,
    Mark.CODE: lambda text: f"**{prose(text)}**",
}


# A place in a file stands in a cell as text: code is not cut, and a path is wider than a telephone.
_IN_CELL = {**_WRITTEN, Mark.VALUE: prose}
_PART_END = compiled_later(r"\\_|(?<=[A-Za-z)])[./](?=[A-Za-z])|(?<=[a-z])(?=[A-Z])")
_LONG = 12


def render(report: Report, _: Display) -> str:
    """Verdict, environment, links, causes with what to do, and the command that does it; the rest is folded. Long data
    is cut, the oldest log lines first, and every cut is said."""
    diagnosis, facts = report
    found = causes(diagnosis, facts)
    word = diagnosis.status.value.upper()
    fix = remediation_steps.fix(diagnosis, facts)
    parts = [
        f"### {word}: {prose(shorten(outline.verdict(diagnosis, facts), 800))}\n",
        _about(diagnosis, facts),
        _picture(diagnosis, facts),
        _causes([cause for cause in found if cause.severity is not Severity.INFO]),
        _fix(fix, remediation_steps.promise(diagnosis, facts)),
        _by_hand(diagnosis, facts, folded=bool(fix)),
        _details("Worth knowing", details.worth_knowing(found), _WORTH_KNOWING),
        _details("Consequences and evidence", details.evidence(report, found), _EVIDENCE),
        _details(outline.counts(diagnosis), details.checks(diagnosis), _CHECKS),
    ]
    about = "\n".join(_within(_list(details.environment(diagnosis, facts)), _ENVIRONMENT, "more are not shown"))
    left = LONGEST - sum(len(part) + 1 for part in (*parts, about))
    last = _folded("Environment and log", "\n\n".join(filter(None, (about, _logs(facts, left)))))
    return "\n".join(part for part in (*parts, last) if part)


# ---- what is seen at once --------------------------------------------------------------------------------------------


def _about(diagnosis: Diagnosis, facts: Facts) -> str:
    """In small letters, since it is long and nobody's first question."""
    parts = (prose(shorten(part, _CELL)) for part in environment.parts(diagnosis, facts))
    return f"<sub>{' · '.join(parts)}</sub>\n"


def _picture(diagnosis: Diagnosis, facts: Facts) -> str:
    """The links drawn, and on a line of text for whoever reads this where nothing is drawn."""
    rows = links.rows(diagnosis, facts)[:_MOST_LINKS]
    if not rows:
        return ""
    line = " · ".join(_link(row) for row in rows)
    return f"{block(mermaid.flowchart(diagnosis.target.container, rows), 'mermaid')}\n\n{line}\n"


def _link(row: Row) -> str:
    return " ".join(
        _value(text) if part is LinkPart.ADDRESS else prose(shorten(text, _CELL)) for part, text in row.line if text
    )


def _causes(found: Sequence[Cause]) -> str:
    if not found:
        return ""
    # On a telephone every column counts: what no cause has is left out.
    titles = ("cause", "what to do", *(("explains",) if any(cause.explained for cause in found) else ()))
    rows = (_row(_cause(cause)[: len(titles)]) for cause in found)
    head = [_row(titles), f"|{'---|' * len(titles)}"]
    return "\n".join([*head, *_within(rows, _CAUSES, "further causes are not shown")]) + "\n"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cause(cause: Cause) -> tuple[str, ...]:
    finding = cause.finding
    kind = "" if cause.severity is Severity.ERROR else f", {cause.severity.value}"
    message = "".join(_IN_CELL[mark](shorten(text, _CELL)) for mark, text in details.message(cause).pieces if text)
    return (
        f"**{prose(finding.code)}** {prose(finding.name)}{kind}<br>{_narrow(message)}",
        _narrow(prose(shorten(cause.advice, 2 * _CELL))),
        prose(", ".join(cause.explained)),
    )


def _narrow(escaped: str) -> str:
    """The text for a column that may be narrow: a long name, address or path may be cut behind each of its parts. What
    stands in code is left as it is, where a tag would be shown."""
    return " ".join(
        word if len(word) <= _LONG or "`" in word or "<" in word else _PART_END.sub(r"\g<0><wbr>", word)
        for word in escaped.split(" ")
    )


def _fix(command: str, promise: str) -> str:
    """Nothing where the doctor cannot do it."""
    if not command or len(command) > _STEPS:
        return ""
    return f"{prose(promise)}\n\n{block(one_line(command), 'sh')}\n"


# ---- what is folded --------------------------------------------------------------------------------------------------


def _by_hand(diagnosis: Diagnosis, facts: Facts, *, folded: bool) -> str:
    kept = _within(_steps(diagnosis, facts), _STEPS, "further steps: see the text report")
    title = "By hand" if folded else "What to do"
    return _folded(title, "\n".join(kept), open_=not folded) if kept else ""


def _steps(diagnosis: Diagnosis, facts: Facts) -> Iterable[str]:
    for number, step in enumerate(remediation_steps.commands(diagnosis, facts), start=1):
        yield f"{number}. {_step(step)}"


def _step(step: ReportStep) -> str:
    """Commands are never cut: a step that is too long is left out as a whole."""
    parts = [prose(shorten(step.title, 4 * _CELL))]
    if step.lines:
        parts.append(block("\n".join(map(one_line, step.lines)), indent="   "))
    if step.commands:
        text = "\n".join(one_line(line) for command in step.commands for line in command.split("\n"))
        parts.append(block(text, "sh", indent="   "))
    parts += [f"   {prose(note)}" for note in step.notes]
    return "\n\n".join(parts)


def _logs(facts: Facts, budget: int) -> str:
    kept = _newest(facts.logs.lines, budget - 200) if isinstance(facts.logs, Logs) else ()  # 200: tags and summary
    if isinstance(facts.logs, NotMeasured) or not kept:
        return ""
    older = len(facts.logs.lines) - len(kept)
    cut = f" ({older} older ones are not shown)" if older else ""
    return f"Log: {outline.counted(len(kept), 'line')}{cut}\n\n" + block("\n".join(kept))


def _newest(lines: Sequence[str], budget: int) -> Sequence[str]:
    """The last lines that fit, with the fences that they need."""
    kept: list[str] = []
    size = fence = 0
    for line in reversed(lines):
        clean = shorten(one_line(shorten(line, _LOG_LINE)), _LOG_LINE)
        size, fence = size + len(clean) + 1, max(fence, fence_length(clean))
        if size + 2 * fence > budget:
            break
        kept.append(clean)
    return kept[::-1]


# ---- pieces ----------------------------------------------------------------------------------------------------------


def _list(lines: Iterable[DetailLine]) -> Iterable[str]:
    return (f"{'  ' if line.below else ''}- {_inline(line)}" for line in lines)


def _inline(line: DetailLine) -> str:
    return "".join(_WRITTEN[mark](shorten(text, _CELL)) for mark, text in line.pieces if text)


def _value(text: str) -> str:
    return code(shorten(text, _CELL)) if text else ""


def _details(title: str, lines: Iterable[DetailLine], budget: int) -> str:
    kept = _within(_list(lines), budget, "more are not shown")
    return _folded(title, "\n".join(kept)) if kept else ""


def _folded(title: str, body: str, *, open_: bool = False) -> str:
    return f"<details{' open' if open_ else ''}><summary>{title}</summary>\n\n{body}\n\n</details>\n"


def _within(lines: Iterable[str], budget: int, said: str) -> Sequence[str]:
    """As many whole lines as fit, and a line that says how many did not."""
    kept: list[str] = []
    left_out = 0
    for line in lines:
        budget -= len(line) + 1
        if budget >= 0 and not left_out:
            kept.append(line)
        else:
            left_out += 1
    return [*kept, f"\n{left_out} {said}."] if left_out else kept
