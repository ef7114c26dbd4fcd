"""`python -m tests.mutants`: changes the code in a copy, one operator at a time, and counts what the tests notice."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

from tests.mutants.changes import Change, sample
from tests.mutants.reached import Reached
from tests.mutants.same import reason
from tests.mutants.trial import Copy, Verdict, judge

ROOT = Path(__file__).parents[2]
ENOUGH = 92
"""Per cent of the changes that change something."""


def main() -> int:
    options = _options()
    drawn = sample(ROOT, options.seed, options.sample)
    changes = [change for change in drawn if not reason(change)]
    with TemporaryDirectory(prefix="stigmer-doctor-mutants-") as folder:
        verdicts = list(_verdicts(changes, Path(folder), options.workers))
    return _report(options.seed, drawn, dict(zip(changes, verdicts, strict=True)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="which sample")
    parser.add_argument("--sample", type=int, default=200, metavar="SIZE", help="how many changes")
    parser.add_argument("--workers", type=int, default=2, help="how many copies of the tree")
    return parser.parse_args()


def _verdicts(changes: Sequence[Change], folder: Path, workers: int) -> Iterator[Verdict]:
    print("Recording which test reaches which line ...", flush=True)
    first = Copy.of(ROOT, folder / "tree-0")
    reached = first.record(folder / "reached", workers)
    copies: SimpleQueue[Copy] = SimpleQueue()
    for copy in [first, *(first.again(folder / f"tree-{number}") for number in range(1, workers))]:
        copies.put(copy)
    with ThreadPoolExecutor(workers) as pool:
        found = pool.map(lambda change: _verdict(change, copies, reached), changes)
        for number, (change, verdict) in enumerate(zip(changes, found, strict=True), 1):
            print(f"{number}/{len(changes)} {change.path}:{change.line} {verdict.value}", flush=True)
            yield verdict


def _verdict(change: Change, copies: SimpleQueue[Copy], reached: Reached) -> Verdict:
    copy = copies.get()
    try:
        return judge(change, copy, reached)
    finally:
        copies.put(copy)


def _report(seed: int, drawn: Sequence[Change], verdicts: dict[Change, Verdict]) -> int:
    """The exit code: 0 where enough was noticed."""
    for change in drawn:
        verdict = verdicts.get(change)
        if verdict is not Verdict.NOTICED:
            print(f"\n{change.path}:{change.line} {verdict.value if verdict else f'changes nothing: {reason(change)}'}")
            print("\n".join(f"    {line}" for line in change.diff()))
    noticed = sum(verdict is Verdict.NOTICED for verdict in verdicts.values())
    share = 100 * noticed / max(len(verdicts), 1)
    print(
        f"\nSeed {seed}: {noticed} of {len(verdicts)} changes were noticed ({share:.1f} %, {ENOUGH} % is enough);",
        end=" ",
    )
    print(f"{len(drawn) - len(verdicts)} more change nothing.")
    return int(share < ENOUGH)


if __name__ == "__main__":
    sys.exit(main())
