"""`python -m tests.hostile` runs every command against every fault of every call, and prints the table."""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.hostile.faults import FAULTS
from tests.hostile.matrix import COMMANDS, Run, calls_of, run

_PROBLEMS = ("hang", "memory", "internal error", "traceback", "PASS")


def main() -> int:
    """0 where nothing was found."""
    options = _options()
    cells = [
        (command, call, fault)
        for command in options.command or COMMANDS
        for call in options.call or calls_of(command)
        for fault in options.fault or FAULTS
    ]
    if options.sample and options.sample < len(cells):
        cells = random.Random(options.seed).sample(cells, options.sample)
    print(f"{len(cells)} runs, {len(FAULTS)} faults")
    with ThreadPoolExecutor(options.workers) as pool:
        runs = list(pool.map(lambda cell: _shown(run(*cell), everything=options.verbose), cells))
    _table(runs)
    return int(any(made.problems for made in runs))


def _shown(made: Run, *, everything: bool) -> Run:
    if made.problems or everything:
        last = made.output.strip().splitlines()[-1:] or [""]
        print(
            f"{', '.join(made.problems) or 'well'}: {made.command} {made.call} {made.fault} -> {made.code} "
            f"{made.seconds:.1f} s {made.peak >> 20} MiB {last[0][:160]}",
            flush=True,
        )
    return made


def _table(runs: Sequence[Run]) -> None:
    print(f"\n{'command':10}{'call':14}{'runs':>6}" + "".join(f"{name:>16}" for name in _PROBLEMS))
    counted = Counter((made.command, made.call) for made in runs)
    found = Counter((made.command, made.call, problem) for made in runs for problem in made.problems)
    for (command, call), count in counted.items():
        print(f"{command:10}{call:14}{count:6}" + "".join(f"{found[command, call, name]:16}" for name in _PROBLEMS))
    totals = Counter(problem for made in runs for problem in made.problems)
    print(f"{'all':24}{len(runs):6}" + "".join(f"{totals[name]:16}" for name in _PROBLEMS))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.hostile")
    parser.add_argument("--command", action="append", choices=COMMANDS)
    parser.add_argument("--call", action="append")
    parser.add_argument("--fault", action="append", choices=FAULTS)
    parser.add_argument("--sample", type=int, default=0, help="how many of them, drawn; all by default")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--verbose", action="store_true", help="also those that went well")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
