"""`python -m tests.render.golden` writes the golden reports anew; look at the difference before you commit it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from stigmer_doctor.render import json, markdown, text
from tests.render.samples import SAMPLES

FOLDER = Path(__file__).parents[2] / "fixtures" / "golden"


def reports() -> Mapping[Path, str]:
    """Every sample in every format."""
    written: dict[Path, str] = {}
    for name, sample in SAMPLES.items():
        diagnosis, facts = sample()
        written[FOLDER / f"{name}.txt"] = text.render(diagnosis, facts, width=80, color=False, verbose=False)
        written[FOLDER / f"{name}.md"] = markdown.render(diagnosis, facts)
        written[FOLDER / f"{name}.json"] = json.render(diagnosis)
    return written


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path, report in reports().items():
        path.write_text(report, encoding="utf-8", newline="\n")
