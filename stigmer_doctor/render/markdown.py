"""The report as Markdown for a GitHub issue: at most 65,000 characters, and nothing in the data becomes markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from stigmer_doctor.model.facts import Container, Engine, Facts, Logs, NotMeasured
from stigmer_doctor.model.findings import CheckStatus, Diagnosis, Finding
from stigmer_doctor.render import links, outline, remediation_steps
from stigmer_doctor.render.clean import one_line, shorten
from stigmer_doctor.render.escape import block, code, fence_length, prose
from stigmer_doctor.render.places import place
from stigmer_doctor.render.renderer import Display, Report
from stigmer_doctor.render.step import ReportStep

LONGEST = 65_000
_CELL = 300
_LOG_LINE = 2_000
# What each section may take, so that what matters most always has its place; the logs get what is left.
_FINDINGS, _TREATMENT, _LINKS, _EVIDENCE, _CHECKS, _ENVIRONMENT = 16_000, 12_000, 3_000, 9_000, 5_000, 9_000


def render(report: Report, _: Display) -> str:
    """Verdict, findings, what to do, links; then evidence, environment and logs, folded. Long data is cut, the oldest
    log lines first, and every cut is said."""
    diagnosis, facts = report
    word = diagnosis.status.value.upper()
    parts = [
        f"**{word}: {prose(shorten(outline.verdict(diagnosis, facts), 800))}**\n",
        _findings(diagnosis),
        _treatment(diagnosis, facts),
        _links(facts),
        _details("Evidence", _evidence(diagnosis), _EVIDENCE),
        _details("Checks that were not made", _unchecked(diagnosis), _CHECKS),
        _details("Environment", _environment(diagnosis, facts), _ENVIRONMENT),
    ]
    closing = prose(shorten(outline.closing(diagnosis), 500)) + "\n"
    left = LONGEST - sum(len(part) + 1 for part in parts) - len(closing) - 1
    return "\n".join(part for part in (*parts, _logs(facts, left), closing) if part)


# ---- sections --------------------------------------------------------------------------------------------------------


def _findings(diagnosis: Diagnosis) -> str:
    shown = [
        consequence for branch in outline.branches(diagnosis) for consequence in (branch.finding, *branch.consequences)
    ]
    if not shown:
        return ""
    head = [
        "| code | severity | what | measured | expected | caused by |",
        "|---|---|---|---|---|---|",
    ]
    return "\n".join([*head, *_within(map(_finding, shown), _FINDINGS, "further findings are not shown")]) + "\n"


def _finding(finding: Finding) -> str:
    severity = finding.severity.value if finding.severity else ""
    cells = (
        f"{prose(finding.code)} {prose(finding.name)}",
        severity,
        prose(shorten(finding.message, _CELL)) + (f" at {code(at.place)}" if (at := place(finding)) else ""),
        _value(finding.measured),
        _value(finding.expected),
        prose(", ".join(finding.caused_by)) or ("root cause" if finding.root_cause else ""),
    )
    return f"| {' | '.join(cells)} |"


def _treatment(diagnosis: Diagnosis, facts: Facts) -> str:
    steps = remediation_steps.commands(diagnosis, facts)
    causes = [finding for finding in diagnosis.findings if finding.root_cause]
    advice = [f"- {prose(cause.code)}: {prose(shorten(cause.remediation.text, 2 * _CELL))}" for cause in causes]
    if not advice and not steps:
        return ""
    lines = _within(advice, _TREATMENT // 3, "further causes: see the text report")
    written = [f"{number}. {_step(step)}" for number, step in enumerate(steps, start=1)]
    return "\n".join(
        ["### What to do\n", *lines, "", *_within(written, 2 * _TREATMENT // 3, "further steps: see the text report")]
    ) + "\n"  # fmt: skip


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


def _links(facts: Facts) -> str:
    rows = [
        f"| {prose(row.title)} | {_value(row.address)} {prose(shorten(row.origin, _CELL))} | {prose(row.inside)} "
        f"| {prose(row.here)} | {prose(shorten(row.answer, _CELL))} |"
        for row in links.rows(facts)
    ]
    if not rows:
        return ""
    head = ["### Links\n", "| service | address in force | from the container | on this machine | answer |"]
    return "\n".join([*head, "|---|---|---|---|---|", *_within(rows, _LINKS, "further links are not shown")]) + "\n"


def _evidence(diagnosis: Diagnosis) -> Iterable[str]:
    for finding in diagnosis.findings:
        for evidence in finding.evidence if not finding.suppressed else ():
            place = f"{prose(finding.code)} {prose(evidence.source)} {_value(evidence.locator)}"
            yield f"- {place}: {_value(evidence.value)}"


def _unchecked(diagnosis: Diagnosis) -> Iterable[str]:
    for status, said in ((CheckStatus.SKIP, "not checked"), (CheckStatus.CRASH, "the check itself failed")):
        for reason in outline.unchecked(diagnosis, status):
            yield f"- {outline.runs(reason.codes, diagnosis)}, {said}: {prose(shorten(reason.reason, _CELL))}"


def _environment(diagnosis: Diagnosis, facts: Facts) -> Iterable[str]:
    made = f"{prose(diagnosis.tool.name)} {prose(diagnosis.tool.version)}, facts of {prose(diagnosis.generated_at)}"
    yield f"- {made}, fingerprint {code(diagnosis.fingerprint)}"
    yield f"- engine endpoint {_value(facts.search.endpoint)}, named by {prose(facts.search.source)}"
    match facts.engine:
        case Engine() as engine:
            yield (
                f"- engine {_value(engine.version)}, API {_value(engine.api_version)}, "
                f"{_value(engine.operating_system)}, kernel {_value(engine.kernel)}, {_value(engine.architecture)}"
            )
        case NotMeasured(reason=reason):
            yield f"- engine: not measured: {prose(shorten(reason, _CELL))}"
    match facts.container:
        case Container() as container:
            yield from _container(container)
        case NotMeasured(reason=reason):
            yield f"- container: not measured: {prose(shorten(reason, _CELL))}"


def _container(container: Container) -> Iterable[str]:
    yield f"- container {_value(container.name)}, image {_value(container.image)} ({_value(container.image_id)})"
    yield (
        f"- {prose(container.state.status)}, {container.restart_count} restarts, restart policy "
        f"{_value(container.restart_policy)}, network {_value(container.network_mode)}, user {_value(container.user)}"
    )
    for mount in container.mounts:
        access = "" if mount.writable else ", read-only"
        yield f"- {prose(mount.type)} {_value(mount.source)} at {_value(mount.destination)}{access}"
    for variable in container.environment:
        if not variable.from_image:
            yield f"- {_value(f'{variable.name}={variable.value}')}"


def _logs(facts: Facts, budget: int) -> str:
    kept = _newest(facts.logs.lines, budget - 200) if isinstance(facts.logs, Logs) else ()  # 200: tags and summary
    if isinstance(facts.logs, NotMeasured) or not kept:
        return ""
    older = len(facts.logs.lines) - len(kept)
    cut = f" ({older} older ones are not shown)" if older else ""
    return _folded(f"Log: {outline.counted(len(kept), 'line')}{cut}", block("\n".join(kept)))


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


def _value(text: str) -> str:
    return code(shorten(text, _CELL)) if text else ""


def _details(title: str, lines: Iterable[str], budget: int) -> str:
    kept = _within(lines, budget, "more are not shown")
    return _folded(title, "\n".join(kept)) if kept else ""


def _folded(title: str, body: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>\n"


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
