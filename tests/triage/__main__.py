"""`python -m tests.triage` feeds a store many mutated snapshots, kills it meanwhile, and compares what became of it."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.triage import campaign
from tests.triage.mutated import written


def main() -> int:
    """0 where everything is as it has to be; what is slow or large is only said."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="triage-", dir=options.folder) as folder:
        files = written(Path(folder) / "tickets", options.count, options.seed)
        print(f"{len(files)} snapshots of {sum(file.stat().st_size for file in files) / len(files) / 1000:.1f} kB")
        problems = [problem for step in campaign.STEPS for problem in step(Path(folder), files, options)]
    print(*(f"WRONG: {problem}" for problem in problems), f"{len(problems)} wrong", sep="\n")
    return int(bool(problems))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.triage", description=__doc__)
    parser.add_argument("--count", type=int, default=2000, help="snapshots (default: %(default)s)")
    parser.add_argument("--kills", type=int, default=10, help="moments of a kill (default: %(default)s)")
    parser.add_argument("--pieces", type=int, default=20, help="additions of a few snapshots (default: %(default)s)")
    parser.add_argument(
        "--compared", type=int, default=1000, help="verdicts compared with check (default: %(default)s)"
    )
    parser.add_argument(
        "--rule", default="SD206", help="the rule that is left out to judge again (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where there is room for the snapshots, and twice the store")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
