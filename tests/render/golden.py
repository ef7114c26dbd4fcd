"""`python -m tests.render.golden` writes the golden reports again; look at the difference before you commit it.

Whole reports are kept of few situations, and made with few rules, so that a new rule changes none of them. What all
rules say of each recorded scenario stands in one file, in short.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from stigmer_doctor import app, profile, snapshot
from stigmer_doctor.judge import judge
from stigmer_doctor.model.facts import Facts
from stigmer_doctor.model.findings import Finding
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.render import outline, remediation_steps
from stigmer_doctor.render.renderer import Display, Report
from stigmer_doctor.rules.registry import RULES
from stigmer_doctor.rules.wording import listed
from tests.render.samples import printed
from tests.source.judged import facts_of

FIXTURES = Path(__file__).parents[2] / "fixtures"
SNAPSHOTS, GOLDEN = FIXTURES / "snapshots", FIXTURES / "golden"
SOURCES = FIXTURES / "source" / "incident"

WHOLE = ("incident", "healthy", "linux-bridge", "no-interpreter")
"""Causes with consequences, a pass, a Linux engine, and a report that is inconclusive."""
CODES = (
    *("SD101", "SD112", "SD114", "SD201", "SD202", "SD205", "SD210", "SD301", "SD303"),
    *("SD401", "SD402", "SD404", "SD405", "SD406", "SD501", "SD506", "SD601", "SD602", "SD605", "SD606", "SD651"),
    *("SD703", "SD704", "SD801", "SD802", "SD901", "SD902", "SD903", "SD904", "SD905"),
)
"""The rules that whole reports are made with."""


def recorded() -> list[str]:
    """The scenarios that were recorded on the lab."""
    return sorted(path.stem for path in SNAPSHOTS.glob("*.json"))


@cache
def diagnosed(name: str) -> Report:
    """What the doctor makes of a recorded scenario."""
    return _judged(_facts(name), RULES)


@cache
def sources() -> Report:
    """What the doctor makes of the incident's source files, of which nothing else is known."""
    return _judged(_source_facts(), RULES, "SD8", "SD9")


@cache
def reports() -> Mapping[Path, str]:
    """All golden reports."""
    few = tuple(rule for rule in RULES if rule.code in CODES)
    whole = {name: _judged(_facts(name), few) for name in WHOLE}
    files = _judged(_source_facts(), few, "SD8", "SD9")
    written = {f"{name}.txt": printed("text", report) for name, report in whole.items()}
    written |= {f"{name}.md": printed("markdown", report) for name, report in whole.items()}
    written["incident.narrow.txt"] = printed("text", whole["incident"], Display(width=40, unicode=False))
    written["incident.html"] = printed("html", whole["incident"])
    written["incident.json"] = printed("json", whole["incident"])
    written["incident.junit.xml"] = printed("junit", whole["incident"])
    written["sources.sarif"] = printed("sarif", files)
    written["sources.github"] = printed("github", files)
    written["scenarios.txt"] = "\n".join(line for name in recorded() for line in _in_short(name))
    return {GOLDEN / name: report for name, report in written.items()}


def _judged(facts: Facts, rules: Sequence[Rule], *select: str) -> Report:
    """With no time measured."""
    diagnosis = judge(facts, rules, profile.load(), suppressed=app.selection(select, ()), clock=lambda: 0.0)
    return Report(diagnosis, facts)


def _facts(name: str) -> Facts:
    return snapshot.load((SNAPSHOTS / f"{name}.json").read_bytes(), name)


def _source_facts() -> Facts:
    files = sorted(path for path in SOURCES.rglob("*") if path.is_file())
    return facts_of({path.relative_to(SOURCES).as_posix(): path.read_bytes() for path in files})


def _in_short(name: str) -> Iterator[str]:
    """The verdict, every finding below what explains it, and the titles of the steps to take."""
    diagnosis, facts = diagnosed(name)
    yield f"# {name}"
    yield f"{diagnosis.status.value.upper()}: {outline.verdict(diagnosis, facts)}"
    for branch in outline.branches(diagnosis):
        yield f"- {_line(branch.finding)}"
        yield from (f"  - {_line(consequence)}" for consequence in branch.consequences)
    for number, step in enumerate(remediation_steps.commands(diagnosis, facts), start=1):
        yield f"{number}. {step.title}"
    yield ""


def _line(finding: Finding) -> str:
    causes = f", from {listed(finding.caused_by)}" if finding.caused_by else ""
    return f"{finding.severity} {finding.code}{causes}: {finding.message}"


def write() -> None:
    """Write all golden reports, and remove what is none of them."""
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for path in set(GOLDEN.iterdir()) - set(reports()):
        path.unlink()
    for path, report in reports().items():
        path.write_text(report, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write()
