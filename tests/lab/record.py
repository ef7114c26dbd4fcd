"""`python -m tests.lab record`: every scenario's snapshot into `fixtures/snapshots`, freed of what only this lab is."""

from __future__ import annotations

import platform
import re
from itertools import groupby
from pathlib import Path

from tests.lab.lab import Lab
from tests.lab.scenarios import SCENARIOS

FOLDER = Path(__file__).parents[2] / "fixtures" / "snapshots"
_KERNEL = platform.release()


def record(names: list[str]) -> None:
    """Bring the named scenarios up, all when none is named, and write what a check of each learns."""
    chosen = [scenario for scenario in SCENARIOS.values() if not names or scenario.name in names]
    FOLDER.mkdir(parents=True, exist_ok=True)
    for topology, scenarios in groupby(
        sorted(chosen, key=lambda scenario: scenario.topology), lambda scenario: scenario.topology
    ):
        with Lab.start(topology) as lab:
            for scenario in scenarios:
                lab.reset()
                scenario.bring_up(lab)
                path = FOLDER / f"{scenario.name}.json"
                path.write_text(taken(lab), encoding="utf-8", newline="\n")
                print(f"wrote {path.relative_to(FOLDER.parents[1])}", flush=True)


def taken(lab: Lab) -> str:
    """As `snapshot` writes it, with the folders and the kernel of an ordinary machine."""
    saved = lab.home / "snapshot.json"
    done = lab.doctor("snapshot", str(saved), "--timeout", "1")
    if done.returncode:
        raise RuntimeError(done.stderr)
    text = saved.read_text(encoding="utf-8").replace(_KERNEL, re.split(r"[^0-9.]", _KERNEL, maxsplit=1)[0])
    return text.replace(str(lab.home), "/home/dev").replace(str(lab.folder), "/run/user/1000")
