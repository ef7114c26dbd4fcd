"""`python -m tests.render.golden` writes the golden reports anew; look at the difference before you commit it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from msgspec.structs import replace

from stigmer_doctor import app, profile, snapshot
from stigmer_doctor.render.renderer import Report
from tests.render.samples import printed

FIXTURES = Path(__file__).parents[2] / "fixtures"
SNAPSHOTS, GOLDEN = FIXTURES / "snapshots", FIXTURES / "golden"


def recorded() -> list[str]:
    """The scenarios that were recorded on the lab."""
    return sorted(other.stem for other in SNAPSHOTS.glob("*.json"))


@cache
def diagnosed(name: str) -> Report:
    """What the doctor makes of a recorded scenario. How long the rules take is left out."""
    facts = snapshot.load((SNAPSHOTS / f"{name}.json").read_bytes(), name)
    diagnosis = app.diagnose(facts, profile.load())
    timeless = tuple(replace(check, duration_ms=0) for check in diagnosis.checks)
    return Report(replace(diagnosis, checks=timeless), facts)


@cache
def reports() -> Mapping[Path, str]:
    """Every recorded scenario in every format."""
    written: dict[Path, str] = {}
    for name in recorded():
        report = diagnosed(name)
        written[GOLDEN / f"{name}.txt"] = printed("text", report)
        written[GOLDEN / f"{name}.md"] = printed("markdown", report)
        written[GOLDEN / f"{name}.json"] = printed("json", report)
    return written


if __name__ == "__main__":
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for path, report in reports().items():
        path.write_text(report, encoding="utf-8", newline="\n")
