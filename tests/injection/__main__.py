"""`python -m tests.injection` tries every field in every style in every document, and prints what went wrong."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.injection.matrix import Cell, Known, Printed, cells, judged, made, printed

_SHARE = 1000
"""Cells: what one process does before it tells how it went."""


_known: Known = set()


@dataclass
class Tally:
    """How many cells there were, of which so many changed something, and what was printed of them."""

    cells: int = 0
    documents: int = 0
    commands: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[Printed, list[str]]] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.cells += other.cells
        self.documents += other.documents
        self.commands += other.commands
        self.wrong += other.wrong


def main() -> int:
    """0 where nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.injection")
    parser.add_argument("--sample", type=int, default=0, help="how many cells, drawn; all by default")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    chosen = cells()
    if options.sample:
        chosen = random.Random(options.seed).sample(chosen, options.sample)
    total, started = Tally(), time.monotonic()
    shares = [chosen[at : at + _SHARE] for at in range(0, len(chosen), _SHARE)]
    with ProcessPoolExecutor(options.workers) as pool:
        for tally in pool.map(_tried, shares):
            total.add(tally)
            print(f"{total.cells} of {len(chosen)} cells, {len(total.wrong)} wrong", file=sys.stderr, flush=True)
    _tell(total, time.monotonic() - started)
    return int(bool(total.wrong))


def _tried(share: Sequence[Cell]) -> Tally:
    documents = [(cell, document) for cell in share if (document := made(cell)) is not None]
    found = [other for cell, document in documents for other in printed(cell, document)]
    with tempfile.TemporaryDirectory(prefix="injection-") as folder:
        wrong = list(judged(found, Path(folder), _known))
    return Tally(len(share), len(documents), Counter(other.format for other in found), wrong)


def _tell(total: Tally, seconds: float) -> None:
    for other, problems in total.wrong:
        cell = other.cell
        print(f"{cell.kind} {cell.field} {cell.style} {cell.base} {other.format}: {problems} {other.command!r}")
    print(
        f"{len(total.wrong)} wrong; {total.cells} cells, {total.documents} documents, "
        f"{sum(total.commands.values())} commands ({dict(total.commands)}) in {seconds:.0f} s"
    )


if __name__ == "__main__":
    sys.exit(main())
