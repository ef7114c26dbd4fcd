"""`python -m tests.injection` tries every field in every style in every situation, and prints what went wrong."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.injection.matrix import cells, judged, printed, report


def main() -> int:
    """0 where nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.injection")
    parser.add_argument("--sample", type=int, default=0, help="how many cells, drawn; all by default")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chosen = cells()
    if options.sample:
        chosen = random.Random(options.seed).sample(chosen, options.sample)
    tried = [(cell, made) for cell in chosen if (made := report(cell))]
    found = [other for cell, made in tried for other in printed(cell, made)]
    with tempfile.TemporaryDirectory(prefix="injection-") as folder:
        wrong = list(judged(found, Path(folder)))
    for other, problems in wrong:
        print(f"{other.cell.field} {other.cell.style} {other.format}: {problems} {other.command!r}")
    counts = Counter(other.format for other in found)
    print(f"{len(tried)} reports, {len(found)} commands ({dict(counts)}), {len(wrong)} of them wrong")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
